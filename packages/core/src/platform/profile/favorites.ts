import * as z from "zod";
import { invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { text } from "../../kernel/schema.ts";
import { changeDerived } from "../../storage/write/derived-record.ts";
import { findOpenable, requireOpenable } from "../../storage/write/readable-records.ts";
import { Records } from "../../storage/write/records.ts";
import { requireSignedInUser } from "../user/current-user.ts";
import { FavoriteLists, type FavoritesRecord } from "./favorites.entity.ts";
import { FAVORITES } from "./profile.kind.ts";
import { buildEntries, RecordEntry } from "./record-entry.ts";

/** The favorites of a user: records and saved views in the order of the user, in one record beside the user. */

const MAX_FAVORITES = 100;
/** Maximum ids of a request, so that a list that is too long gets the error about the limit. */
const MAX_IDS = 1_000;

export const FavoriteList = z.object({
  version: z.number().int().describe("0: the caller never had a favorite"),
  record_ids: z.array(z.string()),
  records: z.array(RecordEntry),
});
type FavoriteList = z.output<typeof FavoriteList>;

/** Returns the favorites that exist and that the caller may read. */
export const list = fn(z.strictObject({}), async () => present(await Records.load(FavoriteLists, recordId())));

async function present(stored: FavoritesRecord | undefined): Promise<FavoriteList> {
  const ids = stored?.record_ids ?? [];
  const records = await findOpenable(ids);
  // Two favorites may have been merged meanwhile.
  const distinct = new Map(ids.flatMap((id) => records.get(id) ?? []).map((record) => [record.id, record]));
  const entries = await buildEntries([...distinct.values()]);
  return { version: stored?.version ?? 0, record_ids: [...distinct.keys()], records: entries };
}

/** The id of the record of the caller, for If-Match. */
export const recordId = (): string => {
  const user = requireSignedInUser();
  return derivedId(FAVORITES, idTime(user), "favorites", user);
};

const RecordIdInput = z.strictObject({ record_id: text(64) });

/** Adds a record at the end. A favorite stays at its place. */
export const add = fn(RecordIdInput, async ({ record_id }) => {
  const { id } = await requireOpenable(record_id);
  return write(async (ids) => {
    if (ids.includes(id)) return ids;
    // The caller cannot remove favorites that the caller cannot see.
    const kept = ids.length < MAX_FAVORITES ? ids : await filterOpenable(ids);
    if (kept.length >= MAX_FAVORITES) throw tooMany();
    return [...kept, id];
  });
});

/** Removes a favorite. It may be a record that the caller can no longer read. */
export const remove = fn(RecordIdInput, ({ record_id }) =>
  write(async (ids) => {
    // A merged favorite is listed as the record into which it was merged.
    const records = ids.includes(record_id) ? new Map() : await findOpenable(ids);
    return ids.filter((id) => id !== record_id && records.get(id)?.id !== record_id);
  }),
);

/** Sets all favorites in their order. Favorites that the caller cannot read now stay at the end. */
export const replace = fn(z.strictObject({ record_ids: z.array(text(64)).max(MAX_IDS) }), async ({ record_ids }) => {
  if (record_ids.length > MAX_FAVORITES) throw tooMany();
  const records = await findOpenable(record_ids);
  const ids = record_ids.map((id) => records.get(id)?.id ?? id);
  return write(async (before) => {
    const details = ids.flatMap((id, index) => {
      const field = `record_ids[${index}]`;
      if (ids.indexOf(id) !== index) return [{ field, message: "Must not name a record twice" }];
      return records.has(record_ids[index] as string) || before.includes(id) ? [] : [{ field, message: "No such record" }];
    });
    if (details.length > 0) throw invalidAll(details);
    const openable = await findOpenable(before);
    const hidden = before.filter((id) => !openable.has(id) && !ids.includes(id));
    return [...ids, ...hidden].slice(0, MAX_FAVORITES);
  });
});

async function filterOpenable(ids: readonly string[]): Promise<string[]> {
  const records = await findOpenable(ids);
  return ids.filter((id) => records.has(id));
}

const tooMany = () => ruleViolation(`A user can have at most ${MAX_FAVORITES} favorites: remove one first`);

const write = (edit: (ids: readonly string[]) => Promise<readonly string[]>) =>
  changeDerived(
    FavoriteLists,
    recordId(),
    async (before) => {
      const record_ids = [...(await edit(before?.record_ids ?? []))];
      return before || record_ids.length > 0 ? { user_id: requireSignedInUser(), record_ids } : undefined;
    },
    present,
  );

export * as Favorites from "./favorites.ts";
