import * as z from "zod";
import { hasPermission, runIn } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Kind } from "../../kernel/id.ts";
import { IdInput, id, oneOf } from "../../kernel/schema.ts";
import { findReaderContext } from "../../platform/sign-in/actor-context.ts";
import { requireSignedInUser } from "../../platform/user/current-user.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { UNOWNED } from "../../storage/read/counter.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { type FollowReason, findReason, followReasons, listFollowers } from "./follow.rules.ts";
import { FollowStore } from "./follow-store.ts";

/** Followers of records: by hand, or by default as owner or commenter. A user who stops following stays off until they follow again. */

const reason = oneOf(followReasons);

export const Following = z.object({
  is_following: z.boolean(),
  reason: reason.nullable().describe("Why the caller follows the record"),
});
type Following = z.output<typeof Following>;

export const Followers = Following.extend({
  followers: z
    .array(z.object({ user_id: id(USER), name: z.string(), reason }))
    .describe("The users who see the record, the owner first"),
});

/** Builds the verbs of the records of a kind. */
export const createFollowVerbs = (kind: Kind) => ({
  follow: fn(IdInput, async (input) => setState(await requireReadable(kind, input.id), "MANUAL")),

  unfollow: fn(IdInput, async (input) => setState(await requireReadable(kind, input.id), "MUTED")),

  listFollowers: fn(IdInput, async (input): Promise<z.output<typeof Followers>> => {
    const record = await requireReadable(kind, input.id);
    const user = requireSignedInUser();
    const [states, owner] = await Promise.all([FollowStore.loadByRecord(record), findOwner(kind, record)]);
    const followers = listFollowers(states, owner).slice(0, FollowStore.MAX_FOLLOWERS);
    const canRead = await Promise.all(followers.map(({ user_id }) => isReader(user_id, kind, record)));
    const readers = followers.filter((_, index) => canRead[index]);
    const names = await Directory.loadNames(readers.map(({ user_id }) => user_id));
    return {
      ...present(findReason(states.get(user), user === owner)),
      followers: readers.map(({ user_id, reason }) => ({ user_id, name: names.get(user_id) ?? "", reason })),
    };
  }),
});

async function requireReadable(kind: Kind, recordId: string): Promise<BaseRecord> {
  const isReadable = !kind.read || hasPermission(kind.read);
  const record = isReadable && (await Records.findVisibleByIds([{ kind, id: recordId }])).get(recordId);
  if (!record) throw notFound();
  return record;
}

/** Whether a user is active and may read the record. Those who lost access stay followers, and are listed when they have it again. */
async function isReader(user: string, kind: Kind, record: BaseRecord): Promise<boolean> {
  const context = await findReaderContext(user);
  if (!context) return false;
  const collection = await loadCollection(kind);
  return runIn(context, async () => (!kind.read || hasPermission(kind.read)) && Records.canSee(collection, record));
}

async function setState({ id: record }: BaseRecord, state: "MANUAL" | "MUTED"): Promise<Following> {
  await FollowStore.write(record, requireSignedInUser(), state);
  return present(findReason(state, false));
}

const present = (found: FollowReason | null): Following => ({ is_following: found !== null, reason: found });

async function findOwner(kind: Kind, record: BaseRecord): Promise<string | undefined> {
  const owner = (await loadCollection(kind)).ownerId(record);
  return owner === UNOWNED ? undefined : owner;
}
