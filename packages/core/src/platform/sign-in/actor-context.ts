import { type Context, type Owners, runIn, useContext, useRequest, useTenant } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { memoize } from "../../kernel/memoize.ts";
import type { Settings } from "../../kernel/settings.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { API_KEY } from "../auth/auth.kind.ts";
import { Directory } from "../user/directory.ts";
import { Principal } from "./principal.ts";

/** Options for background work in a user's name. */
interface ActorContextOptions {
  request: string;
  settings?: Partial<Settings>;
  /** Whether the work changes no data of the tenant; it then continues while the tenant is suspended. */
  isReadOnly?: boolean;
  /** The user or key that originally started the job, if different. */
  jobOwner?: string;
}

/**
 * Builds the context in which work continues after its request: with the current roles and visibility of the user or API key, and the tenant's
 * current settings. On a job of another owner, only what both may see is visible; an owner who has left imposes no restriction. Returns undefined if
 * the user may not sign in any more.
 */
export async function buildActorContext(
  principalId: string,
  { request, settings = {}, isReadOnly: onlyReads = false, jobOwner: jobOwnerId = principalId }: ActorContextOptions,
): Promise<Context | undefined> {
  const [principal, owner] = await Promise.all([
    loadPrincipal(principalId),
    jobOwnerId === principalId ? undefined : loadPrincipal(jobOwnerId),
  ]);
  if (!principal || (principal.suspended !== undefined && !onlyReads)) return undefined;
  const { actor } = principal;
  const context: Context = {
    ...useContext(),
    actor,
    request: { id: request },
    settings: { ...principal.settings, ...settings },
    visibleOwners: async () => "all",
  };
  const actorOwners = await listVisibleOwners(context, actor);
  if (!owner)
    return { ...context, visibleOwners: async () => actorOwners, visibleTeams: memoize(() => listVisibleTeams(context, actor)) };
  const jobOwners = await listVisibleOwners(context, owner.actor);
  const sharedOwners = intersectOwners(actorOwners, jobOwners);
  const teams = memoize(async (): Promise<ReadonlySet<string>> => {
    const [actorTeams, jobTeams] = await Promise.all([
      actorOwners === "all" ? actorOwners : listVisibleTeams(context, actor),
      jobOwners === "all" ? jobOwners : listVisibleTeams(context, owner.actor),
    ]);
    const inBoth = intersectOwners(actorTeams, jobTeams);
    return inBoth === "all" ? new Set() : inBoth;
  });
  return { ...context, onBehalfOf: owner.actor, visibleOwners: async () => sharedOwners, visibleTeams: teams };
}

/**
 * Builds the context in which a user of the directory reads, with the settings of this request. Needs no read: the directory may be a minute old. Undefined
 * if the user does not exist or is not active.
 */
export async function findReaderContext(user: string): Promise<Context | undefined> {
  const found = await Directory.findActive(user);
  if (!found) return undefined;
  const { onBehalfOf: _caller, viewedRole: _role, includesPrivate: _private, ...shared } = useContext();
  const actor: Context["actor"] = {
    type: "user",
    tenant_id: useTenant(),
    id: user,
    session_id: "",
    roles: Principal.listRoles(found),
  };
  return {
    ...shared,
    actor,
    visibleOwners: memoize(() => listVisibleOwners(shared, actor)),
    visibleTeams: memoize(() => listVisibleTeams(shared, actor)),
  };
}

/** Whether a user may sign in and sees the record. */
export async function isVisibleTo<R extends BaseRecord>(user: string, collection: Collection<R>, record: R): Promise<boolean> {
  const context = await buildActorContext(user, { request: useRequest().id });
  return context !== undefined && runIn(context, () => Records.canSee(collection, record));
}

const loadPrincipal = (principalId: string) =>
  isId(principalId, API_KEY) ? Principal.forApiKey(principalId) : Principal.forUser(principalId);

const listVisibleOwners = (context: Context, actor: Context["actor"]): Promise<Owners> =>
  runIn({ ...context, actor }, () => Directory.listVisibleOwners());

const listVisibleTeams = (context: Context, actor: Context["actor"]): Promise<ReadonlySet<string>> =>
  runIn({ ...context, actor }, () => Directory.listVisibleTeams());

/** Returns the owners that are in both sets. */
function intersectOwners(left: Owners, right: Owners): Owners {
  if (left === "all") return right;
  return right === "all" ? left : new Set([...left].filter((owner) => right.has(owner)));
}
