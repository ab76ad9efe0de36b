import type { Brand } from "./brand.ts";
import { Clock } from "./clock.ts";
import { contextStorage, type RelativeTime } from "./context-storage.ts";
import type { ErrorDetail } from "./error.ts";
import type { Json } from "./json.ts";
import type { Limits } from "./limits.ts";
import { type Permission, type Role, rolesGrant } from "./permission.ts";
import type { Ports } from "./ports.ts";
import type { Shape } from "./schema.ts";
import type { Keyspace } from "./scope.ts";
import { defaultSettings, type Settings } from "./settings.ts";

/** The actor of the work. The tenant always comes from here, never from input. */
export type Actor =
  | { type: "public" }
  | { type: "user"; tenant_id: string; id: string; session_id: string; roles: readonly Role[] }
  | { type: "api_key"; tenant_id: string; id: string; roles: readonly Role[] }
  | { type: "system"; tenant_id: string | undefined; id: string };

/** The request, for the audit trail and idempotency. Work without a request (events, schedules) has an `id` and few other fields. */
export interface Request {
  id: string;
  ip?: string;
  user_agent?: string;
  /** Origin of the calling page: `https://shop.example`. */
  origin?: string;
  /** Set if the calling page is of another host than the request. */
  has_foreign_origin?: true;
  /** Set if a browser prefetched the page: the reader may never open it. */
  prefetch?: boolean;
  /** The caller's `Accept-Language`: `de-CH, fr;q=0.8`. */
  languages?: string;
  /** Whether the caller's `Accept` names HTML, as that of a browser does when a person opens an address. */
  accepts_html?: true;
  /** The country (ISO 3166-1 alpha-2) and the time zone of the caller, as the edge found them. */
  country?: string;
  timezone?: string;
  /** The `Cookie` header of the caller's browser. */
  cookies?: string;
  /** Whether the request has the header X-CRM-CSRF with its value. */
  has_csrf_header?: true;
  /** Set by a verb: cookies of the response. */
  set_cookies?: string[];
  /** Set by a verb: the language of the recipient. */
  language?: string;
  /** Set for a visitor of a tenant's page: how the tenant presents itself. */
  brand?: Brand;
  /** Set by a verb: the origin whose pages may read the response, or `*`. */
  cors_origin?: string;
  /** The caller's reason for the request, stored in the audit entry. */
  reason?: string;
  /** Set if historic data is imported. The records already had these values, so rules about transitions do not apply. */
  is_history?: true;
  /** For imports of historic data: when the written change happened, in milliseconds. Default: now. */
  at?: number;
  /** For a write with an idempotency key: the key of the stored response, a hash of the request, and the part of the response to store. */
  idempotency?: {
    key: string;
    hash: string;
    formerHashes: () => readonly string[];
    toStoredAnswer?: (answer: unknown) => unknown;
  };
  /** The caller's rate limit once it is known: `remaining` is a lower bound, `reset` is the seconds until the next minute. */
  quota?: { limit: number; remaining: number; reset: number };
  /** Set for a write: the records that it has written. The answer names them (storage/read/read-after.ts). */
  written?: { readonly id: string; readonly version: number }[];
  /** The header X-Read-After: records that the caller wrote shortly before, possibly through another process. */
  read_after?: string;
  /** If-Match: the named record must have one of these versions (`undefined` matches any version). */
  precondition?: { id: string; versions: readonly number[] | undefined; input: Record<string, unknown> };
}

/** The owners whose records the actor sees, or all. */
export type Owners = "all" | ReadonlySet<string>;

export interface Context {
  ports: Ports;
  actor: Actor;
  /** What gave this actor its rights: the name of an authority (kernel/authority.ts). `runIn` refuses another actor than the caller without it. */
  authority?: { readonly name: string; readonly actor: Actor };
  keyspaces: readonly Keyspace[];
  request: Request;
  settings: Settings;
  /** The tenant's limits. Set for requests of a signed-in caller. */
  limits?: Limits;
  /** The reason why the tenant is suspended and may not write; undefined if it may. */
  suspensionReason?: string | undefined;
  /** When the caller's session or API key expires. */
  credentialExpiresAt?: string | null;
  visibleOwners: () => Promise<Owners>;
  /** The teams of the actor, for records that are shared with teams. Absent if the actor sees all records. */
  visibleTeams?: () => Promise<ReadonlySet<string>>;
  /** Set for work on all records of the tenant, private ones included. */
  includesPrivate?: true;
  /** What the work uses of some records instead of their present state, by their ids: what they said when the work was approved. */
  pins?: Readonly<Record<string, Json>> | undefined;
  /** Returns the invalid references to records and master data in fields of a shape. Called only for input that is refused. */
  findInvalidReferences?: (shape: Shape, input: Record<string, unknown>) => Promise<readonly ErrorDetail[]>;
  /** Returns the record of an id, if the actor sees it. Called only for input that is refused. */
  findStoredRecord?: (id: string) => Promise<object | undefined>;
  /** Set while values that records had before are written again. Rules that are newer than such a value do not apply to it. */
  isRestoring?: true;
  /** Returns the time zone that the actor prefers, if any. Called only for relative dates. */
  findTimeZone?: () => Promise<string | undefined>;
  /** Set for the work of a list whose filters have relative dates (relative-time.ts). */
  relativeTime?: RelativeTime;
  /** The user who requested the job that the actor continues, or who views the data as a role. The actor's permissions are limited to those of this user. */
  onBehalfOf?: Actor;
  /**
   * Set while an administrator views the data as a role (platform/sign-in/view-as.ts). The actor then has this role, `onBehalfOf` is the
   * administrator, and the request changes nothing.
   */
  viewedRole?: Role;
  /** Set if the tenant requires a second factor that the calling user has not set up. The user can only set it up. */
  mustSetUpSecondFactor?: true;
}

/** Only `runIn` stores a context, so each stored one is complete. */
const findContext = (): Context | undefined => contextStorage.getStore() as Context | undefined;

/** Runs work in a context. Throws if it has another actor than the present context, and no authority for it. */
export function runIn<R>(context: Context, work: () => R): R {
  const { actor, authority } = context;
  const current = findContext();
  if (current !== undefined && current.actor !== actor && authority?.actor !== actor)
    throw new Error(
      `No authority for the actor ${nameActor(actor)}: make its context by actAs, runAsSystem or buildActorContext`,
    );
  return contextStorage.run(context, work);
}

const nameActor = (actor: Actor): string => (actor.type === "public" ? "public" : actor.id);

export function useContext(): Context {
  const context = findContext();
  if (!context) throw new Error("No context: verbs run inside runIn(context, …)");
  return context;
}

/** Returns whether the caller runs inside `runIn`. */
export const isInContext = (): boolean => findContext() !== undefined;

/** Returns the invalid references of an input; empty if the context does not check references. */
export const findInvalidReferences: NonNullable<Context["findInvalidReferences"]> = async (shape, input) =>
  (await findContext()?.findInvalidReferences?.(shape, input)) ?? [];

/** Returns the stored record that an input changes, if the context finds it. */
/** Returns whether the work writes values again that records had before. */
export const isRestoring = (): boolean => findContext()?.isRestoring === true;

/** Runs work that writes values again that records had before. */
export const runRestoring = <R>(work: () => R): R => runIn({ ...useContext(), isRestoring: true }, work);

export const findStoredRecord: NonNullable<Context["findStoredRecord"]> = async (id) => findContext()?.findStoredRecord?.(id);

/** Returns what the present work uses of a record instead of its present state; undefined if it uses the present state. */
export const findPin = (id: string): Json | undefined => findContext()?.pins?.[id];

export const usePorts = (): Ports => useContext().ports;
export const useActor = (): Actor => useContext().actor;
export const useRequest = (): Request => useContext().request;
export const useSettings = (): Settings => useContext().settings;

/** Returns the actor's tenant; undefined if there is none. */
export function findTenant(): string | undefined {
  const actor = useActor();
  return actor.type === "public" ? undefined : actor.tenant_id;
}

/** Returns the actor's tenant. Calling it without a tenant is a programming error. */
export function useTenant(): string {
  const tenant = findTenant();
  if (!tenant) throw new Error(`No tenant in the context of a ${useActor().type} actor`);
  return tenant;
}

/** Limits the lifetime of a credential for the caller, such as a link, to the rest of the caller's session. */
export function capToSession(seconds: number): number {
  const { credentialExpiresAt } = useContext();
  return credentialExpiresAt ? Math.min(seconds, Math.floor((Date.parse(credentialExpiresAt) - Clock.ms()) / 1000)) : seconds;
}

/** Returns whether an administrator views the data as a role, so that nothing may be written but the bookkeeping of the system. */
export function isReadOnlyView(): boolean {
  const { viewedRole, actor } = useContext();
  return viewedRole !== undefined && actor.type !== "system";
}

/** Returns the id for `created_by` and the audit trail. */
export const useActorId = (): string => nameActor(useActor());

/**
 * Returns whether the actor, and the user on whose behalf the actor works, have the permission. The system may do everything in its tenant.
 */
export const hasPermission = (permission: Permission): boolean =>
  listEffectiveActors().every((actor) => isPermitted(actor, permission));

const listEffectiveActors = (): Actor[] => {
  const { actor, onBehalfOf } = useContext();
  return onBehalfOf ? [actor, onBehalfOf] : [actor];
};

/** Like `hasPermission`, for the roles of one actor only. */
export const isPermitted = (actor: Actor, permission: Permission): boolean =>
  actor.type === "system" || (actor.type !== "public" && rolesGrant(actor.roles, permission));

/** Returns whether the actor, and the user on whose behalf the actor works, each have one of these roles. */
export const hasRole = (...allowedRoles: readonly Role[]): boolean =>
  listEffectiveActors().every((actor) => "roles" in actor && actor.roles.some((role) => allowedRoles.includes(role)));

/**
 * Returns whether the caller is a user who has signed in. API keys have no session, and neither has work that continues after its request, such as
 * the steps of a workflow, although it may have a user as its actor.
 */
export const hasSession = (): boolean => listEffectiveActors().every((actor) => actor.type === "user" && actor.session_id !== "");

/** Returns whether the actor sees private records of all authors. Administrators and the system do. */
export const canSeePrivate = (): boolean =>
  useContext().includesPrivate === true || useActor().type === "system" || hasRole("ADMIN");

/**
 * Returns a context of the system inside one tenant. The system sees all records, and reaches only that tenant's keys and the given
 * keyspaces. `name` is that of a listener, a schedule, a flow or an authority.
 */
export function systemContext(
  ports: Ports,
  tenant: string | undefined,
  name: string,
  keyspaces: Context["keyspaces"] = [],
): Context {
  const actor = systemActor(tenant, name);
  return {
    ports,
    actor,
    authority: { name, actor },
    keyspaces,
    request: { id: `${name}-${Clock.ms().toString(36)}` },
    settings: defaultSettings,
    visibleOwners: async () => "all",
  };
}

const systemActor = (tenant_id: string | undefined, name: string): Actor => ({ type: "system", tenant_id, id: `system:${name}` });

/** Returns the present context for another actor. `authority` is a name that a manifest declares. */
export const actAs = (authority: string, actor: Actor, changes: Partial<Omit<Context, "actor" | "authority">> = {}): Context => ({
  ...useContext(),
  ...changes,
  actor,
  authority: { name: authority, actor },
});

/** Runs work that must consider all records, independent of the caller. The work must not show the caller the records that it reads. */
export const withFullVisibility = <T>(work: () => T): T =>
  runIn({ ...useContext(), visibleOwners: async () => "all", includesPrivate: true }, work);

/** Returns the present context for the system, under the name of an authority. */
export function actAsSystem(authority: string, changes: Partial<Context> = {}): Context {
  const { tenant_id } = useActor() as { tenant_id: string };
  return actAs(authority, systemActor(tenant_id, authority), { visibleOwners: async () => "all", ...changes });
}

/** Runs the bookkeeping of such work as the system, so that the audit trail does not attribute the progress of a job to the caller. */
export const runAsSystem = <T>(authority: string, work: () => T): T => runIn(actAsSystem(authority), work);
