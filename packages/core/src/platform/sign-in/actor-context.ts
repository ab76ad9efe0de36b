import { type Context, type Owners, runIn, useContext, useRequest } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { memoize } from "../../kernel/memoize.ts";
import type { Settings } from "../../kernel/settings.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { API_KEY } from "../auth/auth.domain.ts";
import { Directory } from "../user/directory.ts";
import { Principal } from "./principal.ts";

/** How work goes on that was asked for. */
interface ActorContextOptions {
  request: string;
  settings?: Partial<Settings>;
  /** Whether nothing of the tenant's is changed: then it goes on while the tenant may not write. */
  isReadOnly?: boolean;
  /** Who asked for the job in the first place, where that is somebody else. */
  jobOwner?: string;
}

/**
 * In which work goes on that somebody asked for, after their request: as who asked, with their roles, what they may see, and
 * the tenant's settings as they are now. On the job `of` somebody else they have no more than both have; of one who has left,
 * nothing is left to keep within. Undefined for who may not sign in any more.
 */
export async function buildActorContext(
  who: string,
  { request, settings = {}, isReadOnly: onlyReads = false, jobOwner: of = who }: ActorContextOptions,
): Promise<Context | undefined> {
  const [principal, owner] = await Promise.all([loadPrincipal(who), of === who ? undefined : loadPrincipal(of)]);
  if (!principal || (principal.suspended !== undefined && !onlyReads)) return undefined;
  const { actor } = principal;
  const context: Context = {
    ...useContext(),
    actor,
    request: { id: request },
    settings: { ...principal.settings, ...settings },
    visibleOwners: async () => "all",
  };
  const own = await listVisibleOwners(context, actor);
  if (!owner)
    return { ...context, visibleOwners: async () => own, visibleTeams: memoize(() => listVisibleTeams(context, actor)) };
  const other = await listVisibleOwners(context, owner.actor);
  const both = intersectOwners(own, other);
  const teams = memoize(async (): Promise<ReadonlySet<string>> => {
    const [mine, theirs] = await Promise.all([
      own === "all" ? own : listVisibleTeams(context, actor),
      other === "all" ? other : listVisibleTeams(context, owner.actor),
    ]);
    const inBoth = intersectOwners(mine, theirs);
    return inBoth === "all" ? new Set() : inBoth;
  });
  return { ...context, onBehalfOf: owner.actor, visibleOwners: async () => both, visibleTeams: teams };
}

/** Whether a user may sign in, and sees the record. */
export async function isVisibleTo<R extends BaseRecord>(user: string, collection: Collection<R>, record: R): Promise<boolean> {
  const context = await buildActorContext(user, { request: useRequest().id });
  return context !== undefined && runIn(context, () => Records.canSee(collection, record));
}

const loadPrincipal = (who: string) => (isId(who, API_KEY) ? Principal.forApiKey(who) : Principal.forUser(who));

const listVisibleOwners = (context: Context, actor: Context["actor"]): Promise<Owners> =>
  runIn({ ...context, actor }, () => Directory.listVisibleOwners());

const listVisibleTeams = (context: Context, actor: Context["actor"]): Promise<ReadonlySet<string>> =>
  runIn({ ...context, actor }, () => Directory.listVisibleTeams());

/** Those whose records both see. */
function intersectOwners(one: Owners, other: Owners): Owners {
  if (one === "all") return other;
  return other === "all" ? one : new Set([...one].filter((owner) => other.has(owner)));
}
