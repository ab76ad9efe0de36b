import { actAs, type Context, type Owners, runIn, useRequest, useTenant } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { memoize } from "../../kernel/memoize.ts";
import type { Settings } from "../../kernel/settings.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { API_KEY } from "../auth/auth.kind.ts";
import { Directory } from "../user/directory.ts";
import { Principal } from "./principal.ts";

/** The authority to ask what another user may read. */
const READER = "reader";

/** Options for background work in a user's name. */
interface ActorContextOptions {
  /** The authority that a manifest declares for the work. */
  authority: string;
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
  { authority, request, settings = {}, isReadOnly = false, jobOwner = principalId }: ActorContextOptions,
): Promise<Context | undefined> {
  const [principal, owner] = await Promise.all([
    loadPrincipal(principalId),
    jobOwner === principalId ? undefined : loadPrincipal(jobOwner),
  ]);
  if (!principal || (principal.suspended !== undefined && !isReadOnly)) return undefined;
  const { actor } = principal;
  const context = actAs(authority, actor, {
    request: { id: request },
    settings: { ...principal.settings, ...settings },
    visibleOwners: async () => "all",
  });
  const seen = await withVisibility(context);
  if (!owner) return seen;
  const ownerContext = { ...context, actor: owner.actor, authority: { name: authority, actor: owner.actor } };
  return { ...seen, onBehalfOf: owner.actor, ...intersectVisibility(seen, await withVisibility(ownerContext)) };
}

/**
 * Limits a context to the records that another user or API key sees too. The permissions stay those of the context. Returns undefined if that user may
 * not sign in any more.
 */
export async function limitToViewer(context: Context, principalId: string): Promise<Context | undefined> {
  const viewer = await buildActorContext(principalId, { authority: READER, request: context.request.id, isReadOnly: true });
  return viewer && { ...context, ...intersectVisibility(context, viewer) };
}

/**
 * Builds the context in which a user of the directory reads, with the settings of this request. Needs no read: the directory may be a minute old. Undefined
 * if the user does not exist or is not active.
 */
export async function findReaderContext(user: string): Promise<Context | undefined> {
  const found = await Directory.findActive(user);
  if (!found) return undefined;
  const actor: Context["actor"] = {
    type: "user",
    tenant_id: useTenant(),
    id: user,
    session_id: "",
    roles: Principal.listRoles(found),
  };
  const { onBehalfOf: _caller, viewedRole: _role, includesPrivate: _private, ...context } = actAs(READER, actor);
  return {
    ...context,
    visibleOwners: memoize(() => listVisibleOwners(context)),
    visibleTeams: memoize(() => listVisibleTeams(context)),
  };
}

/** Whether a user may sign in and sees the record. */
export async function isVisibleTo<R extends BaseRecord>(user: string, collection: Collection<R>, record: R): Promise<boolean> {
  const context = await buildActorContext(user, { authority: READER, request: useRequest().id });
  return context !== undefined && runIn(context, () => Records.canSee(collection, record));
}

const loadPrincipal = (principalId: string) =>
  isId(principalId, API_KEY) ? Principal.forApiKey(principalId) : Principal.forUser(principalId);

const listVisibleOwners = (context: Context): Promise<Owners> => runIn(context, () => Directory.listVisibleOwners());

const listVisibleTeams = (context: Context): Promise<ReadonlySet<string>> => runIn(context, () => Directory.listVisibleTeams());

/** Returns the context with the visibility of its actor. */
async function withVisibility(context: Context): Promise<Context> {
  const owners = await listVisibleOwners(context);
  return { ...context, visibleOwners: async () => owners, visibleTeams: memoize(() => listVisibleTeams(context)) };
}

/** Returns the visibility that both contexts have. */
const intersectVisibility = (left: Context, right: Context): Pick<Context, "visibleOwners" | "visibleTeams"> => ({
  visibleOwners: memoize(async () => intersectOwners(await left.visibleOwners(), await right.visibleOwners())),
  visibleTeams: memoize(async () => {
    const inBoth = intersectOwners(await loadTeams(left), await loadTeams(right));
    return inBoth === "all" ? new Set<string>() : inBoth;
  }),
});

const loadTeams = async (context: Context): Promise<Owners> =>
  (await context.visibleOwners()) === "all" ? "all" : ((await context.visibleTeams?.()) ?? new Set());

/** Returns the owners that are in both sets. */
function intersectOwners(left: Owners, right: Owners): Owners {
  if (left === "all") return right;
  return right === "all" ? left : new Set([...left].filter((owner) => right.has(owner)));
}
