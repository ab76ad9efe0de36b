import { API_KEY } from "../auth/auth.domain.ts";
import { type Context, type Owners, runIn, useContext, useRequest } from "../kernel/context.ts";
import { isId } from "../kernel/id.ts";
import { lazily } from "../kernel/once.ts";
import type { Settings } from "../kernel/settings.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Directory } from "../user/directory.ts";
import { Principal } from "./principal.ts";

/** How work goes on that was asked for. */
interface Going {
  request: string;
  settings?: Partial<Settings>;
  /** Whether nothing of the tenant's is changed: then it goes on while the tenant may not write. */
  onlyReads?: boolean;
  /** Who asked for the job in the first place, where that is somebody else. */
  of?: string;
}

/**
 * In which work goes on that somebody asked for, after their request: as who asked, with their roles, what they may see, and
 * the tenant's settings as they are now. On the job `of` somebody else they have no more than both have; of one who has left,
 * nothing is left to keep within. Undefined for who may not sign in any more.
 */
export async function acting(
  who: string,
  { request, settings = {}, onlyReads = false, of = who }: Going,
): Promise<Context | undefined> {
  const [principal, owner] = await Promise.all([principalOf(who), of === who ? undefined : principalOf(of)]);
  if (!principal || (principal.suspended !== undefined && !onlyReads)) return undefined;
  const { actor } = principal;
  const context: Context = {
    ...useContext(),
    actor,
    request: { id: request },
    settings: { ...principal.settings, ...settings },
    visible: async () => "all",
  };
  const own = await seenBy(context, actor);
  if (!owner) return { ...context, visible: async () => own, teams: lazily(() => teamsOf(context, actor)) };
  const other = await seenBy(context, owner.actor);
  const both = shared(own, other);
  const teams = lazily(async (): Promise<ReadonlySet<string>> => {
    const [mine, theirs] = await Promise.all([
      own === "all" ? own : teamsOf(context, actor),
      other === "all" ? other : teamsOf(context, owner.actor),
    ]);
    const inBoth = shared(mine, theirs);
    return inBoth === "all" ? new Set() : inBoth;
  });
  return { ...context, within: owner.actor, visible: async () => both, teams };
}

/** Whether a user may sign in, and sees the record. */
export async function isSeenBy<R extends BaseRecord>(user: string, collection: Collection<R>, record: R): Promise<boolean> {
  const context = await acting(user, { request: useRequest().id });
  return context !== undefined && runIn(context, () => Records.sees(collection, record));
}

const principalOf = (who: string) => (isId(who, API_KEY) ? Principal.ofKey(who) : Principal.ofUser(who));

const seenBy = (context: Context, actor: Context["actor"]): Promise<Owners> =>
  runIn({ ...context, actor }, () => Directory.visibleOwners());

const teamsOf = (context: Context, actor: Context["actor"]): Promise<ReadonlySet<string>> =>
  runIn({ ...context, actor }, () => Directory.visibleTeams());

/** Those whose records both see. */
function shared(one: Owners, other: Owners): Owners {
  if (one === "all") return other;
  return other === "all" ? one : new Set([...one].filter((owner) => other.has(owner)));
}
