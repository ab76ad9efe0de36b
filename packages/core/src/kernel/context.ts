import { AsyncLocalStorage } from "node:async_hooks";
import { Clock } from "./clock.ts";
import type { ErrorDetail } from "./error.ts";
import type { Limits } from "./limits.ts";
import { type Permission, type Role, rolesGrant } from "./permission.ts";
import type { Ports } from "./ports.ts";
import type { Shape } from "./schema.ts";
import type { Keyspace } from "./scope.ts";
import { defaultSettings, type Settings } from "./settings.ts";

/** Who acts. The tenant always comes from here, never from input. */
export type Actor =
  | { type: "public" }
  | { type: "user"; tenant_id: string; id: string; session_id: string; roles: readonly Role[] }
  | { type: "api_key"; tenant_id: string; id: string; roles: readonly Role[] }
  | { type: "system"; tenant_id: string | undefined; id: string };

/** The request as the audit trail and idempotency need it; absent for work that no request started. */
export interface Request {
  id: string;
  ip?: string;
  user_agent?: string;
  /** Of a page that asks: `https://shop.example`. */
  origin?: string;
  /** Fetched ahead by a browser, for a reader who may never come. */
  prefetch?: boolean;
  /** Which languages the caller reads, as browsers say it: `de-CH, fr;q=0.8`. */
  languages?: string;
  /** What the caller's browser holds for a page. */
  cookies?: string;
  /** Set by a verb: the language of whom it speaks to. */
  language?: string;
  /** Set by a verb: the origin whose pages may read the answer, or `*`. */
  cors_origin?: string;
  /** Why, in the caller's words; kept in the audit entry. */
  reason?: string;
  /** History is brought in: what is written was so already, and rules of how it comes to be so are not asked. */
  is_history?: true;
  /** When what is written happened, in milliseconds, where history is brought in; otherwise it happens now. */
  at?: number;
  /** Of a keyed write: where its answer is kept, a hash of what was asked, and what of the answer is kept. */
  idempotency?: { key: string; hash: string; formerHash: () => string; toStoredAnswer?: (answer: unknown) => unknown };
  /** What the caller has left of the requests of this minute, once that is known: a lower bound, and the seconds until the next one. */
  quota?: { limit: number; remaining: number; reset: number };
  /** If-Match: the versions of which the named record must have one (`undefined` matches any). */
  precondition?: { id: string; versions: readonly number[] | undefined; input: Record<string, unknown> };
}

/** Whose records the actor sees: all, or those of these owners. */
export type Owners = "all" | ReadonlySet<string>;

export interface Context {
  ports: Ports;
  actor: Actor;
  keyspaces: readonly Keyspace[];
  request: Request;
  settings: Settings;
  /** What the tenant may use up, where somebody of it asks. */
  limits?: Limits;
  /** Why the tenant may not write, where it may not. */
  suspensionReason?: string | undefined;
  /** When the session or the key ends by which somebody asks. */
  credentialExpiresAt?: string | null;
  visibleOwners: () => Promise<Owners>;
  /** The teams through which the actor sees what is shared with teams, where they do not see all. */
  visibleTeams?: () => Promise<ReadonlySet<string>>;
  /** Of work that goes by all there is: private records are open to it too. */
  includesPrivate?: true;
  /** What is wrong with the records and the master data that an input names in fields of a shape; asked where it is refused. */
  findInvalidReferences?: (shape: Shape, input: Record<string, unknown>) => Promise<readonly ErrorDetail[]>;
  /** In whose rights the actor keeps beside their own: who asked for the job that the actor goes on with. */
  onBehalfOf?: Actor;
}

const contextStorage = new AsyncLocalStorage<Context>();

export const runIn = <R>(context: Context, work: () => R): R => contextStorage.run(context, work);

export function useContext(): Context {
  const context = contextStorage.getStore();
  if (!context) throw new Error("No context: verbs run inside runIn(context, …)");
  return context;
}

/** Whether this runs within `runIn`. */
export const isInContext = (): boolean => contextStorage.getStore() !== undefined;

/** What is wrong with what an input names, where somebody is told of it. */
export const findInvalidReferences: NonNullable<Context["findInvalidReferences"]> = async (shape, input) =>
  (await contextStorage.getStore()?.findInvalidReferences?.(shape, input)) ?? [];

export const usePorts = (): Ports => useContext().ports;
export const useActor = (): Actor => useContext().actor;
export const useRequest = (): Request => useContext().request;
export const useSettings = (): Settings => useContext().settings;

/** The actor's tenant; asking for it where there is none is a programming error. */
export function useTenant(): string {
  const actor = useActor();
  const tenant = actor.type === "public" ? undefined : actor.tenant_id;
  if (!tenant) throw new Error(`A ${actor.type} actor has no tenant here`);
  return tenant;
}

/** Seconds that what is given to who asks may last, such as a link: so many, and no longer than they are signed in. */
export function capToSession(seconds: number): number {
  const { credentialExpiresAt: ends } = useContext();
  return ends ? Math.min(seconds, Math.floor((Date.parse(ends) - Clock.ms()) / 1000)) : seconds;
}

/** The id that `created_by` and the audit trail carry. */
export function useActorId(): string {
  const actor = useActor();
  return actor.type === "public" ? "public" : actor.id;
}

/** Whether roles grant the permission, of the actor and of who they keep within; system work may do everything in its tenant. */
export const hasPermission = (permission: Permission): boolean =>
  listEffectiveActors().every((actor) => isPermitted(actor, permission));

const listEffectiveActors = (): Actor[] => {
  const { actor, onBehalfOf: within } = useContext();
  return within ? [actor, within] : [actor];
};

/** As `may`, of one actor's roles alone. */
export const isPermitted = (actor: Actor, permission: Permission): boolean =>
  actor.type === "system" || (actor.type !== "public" && rolesGrant(actor.roles, permission));

/** Whether the actor has one of these roles, and who they keep within has one too. */
export const hasRole = (...wanted: readonly Role[]): boolean =>
  listEffectiveActors().every((actor) => "roles" in actor && actor.roles.some((role) => wanted.includes(role)));

/** Whether records that are private are open to the actor, whoever made them: to administrators, and to the system. */
export const canSeePrivate = (): boolean =>
  useContext().includesPrivate === true || useActor().type === "system" || hasRole("ADMIN");

/** Work of the system itself inside one tenant: sees all, and reaches that tenant's keys alone. */
export const systemContext = (
  ports: Ports,
  tenant: string | undefined,
  name: string,
  keyspaces: Context["keyspaces"] = [],
): Context => ({
  ports,
  actor: { type: "system", tenant_id: tenant, id: `system:${name}` },
  keyspaces,
  request: { id: `${name}-${Clock.ms().toString(36)}` },
  settings: defaultSettings,
  visibleOwners: async () => "all",
});

/** Runs what goes by all there is, whoever asks for it; what it reads is shown to nobody. */
export const withFullVisibility = <T>(work: () => T): T =>
  runIn({ ...useContext(), visibleOwners: async () => "all", includesPrivate: true }, work);

/** Runs bookkeeping of such work as nobody in particular: that it gets further is no deed of who asked for it. */
export function runAsSystem<T>(name: string, work: () => T): T {
  const context = useContext();
  const { tenant_id } = context.actor as { tenant_id: string };
  return runIn(
    { ...context, actor: { type: "system", tenant_id, id: `system:${name}` }, visibleOwners: async () => "all" },
    work,
  );
}
