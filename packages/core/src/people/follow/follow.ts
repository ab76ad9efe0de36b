import * as z from "zod";
import { hasPermission } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Kind } from "../../kernel/id.ts";
import { IdInput, id, oneOf } from "../../kernel/schema.ts";
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
  followers: z.array(z.object({ user_id: id(USER), name: z.string(), reason })).describe("The owner first"),
});

/** Builds the verbs of the records of a kind. */
export const createFollowVerbs = (kind: Kind) => ({
  follow: fn(IdInput, async (input) => setState(await requireReadable(kind, input.id), "MANUAL")),

  unfollow: fn(IdInput, async (input) => setState(await requireReadable(kind, input.id), "MUTED")),

  listFollowers: fn(IdInput, async (input): Promise<z.output<typeof Followers>> => {
    const record = await requireReadable(kind, input.id);
    const user = requireSignedInUser();
    const [states, owner] = await Promise.all([FollowStore.loadByRecord(record), findOwner(kind, record)]);
    const followers = listFollowers(states, owner);
    const active = await Promise.all(followers.map(({ user_id }) => Directory.findActive(user_id)));
    return {
      ...present(findReason(states.get(user), user === owner)),
      followers: followers.flatMap((follower, index) => {
        const found = active[index];
        return found ? [{ user_id: follower.user_id, name: found.display_name, reason: follower.reason }] : [];
      }),
    };
  }),
});

async function requireReadable(kind: Kind, recordId: string): Promise<BaseRecord> {
  const isReadable = !kind.read || hasPermission(kind.read);
  const record = isReadable && (await Records.findVisibleByIds([{ kind, id: recordId }])).get(recordId);
  if (!record) throw notFound();
  return record;
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
