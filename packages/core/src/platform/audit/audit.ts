import * as z from "zod";
import { canSeePrivate, useTenant } from "../../kernel/context.ts";
import { invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { IdInput, query, text } from "../../kernel/schema.ts";
import { tagKey } from "../../kernel/tag.ts";
import type { FieldFilter } from "../../storage/read/filter.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { AuditEntry, AuditTrail, entryId, type StoredAuditEntry } from "../../storage/stream/audit-trail.ts";
import {
  CHUNK_SIZE,
  type CompleteAuditEntry,
  type CompletionOptions,
  completeEntries,
  loadEntries,
} from "../../storage/stream/audit-values.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import {
  findKindById,
  loadCollection,
  loadCollectionById,
  loadCollectionByName,
} from "../../storage/table/collection-registry.ts";
import { readItems } from "../../storage/table/database.ts";
import { recordKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { buildEntries } from "../profile/record-entry.ts";
import { Redaction } from "../redaction/redaction.ts";
import { loadWork, Work } from "./work.ts";

/** The audit trail: who changed what, from where, with the values before and after. The stream consumer writes it; domain code never does. */

export const Info = AuditEntry.extend({
  unknown: z
    .array(z.string())
    .describe("Changed fields whose value before or after is unknown, because entries in between are missing or not yet written"),
  currency: z
    .string()
    .nullable()
    .describe("The currency of the record's amounts after the change. Null if the record has none, or if it is not known"),
});
const RecordTitle = {
  record_title: z
    .string()
    .nullable()
    .describe("Null if the record was removed permanently, is archived, has no title, or is private and closed to the caller"),
};

const ListedWork = { work: Work.nullable().describe("The work that made the change for the user; null if none did") };

export const Detail = Info.extend(RecordTitle).extend(ListedWork);
export const Row = rowSchema(AuditEntry, AuditTrail.definition.row)
  .extend(RecordTitle)
  .extend(ListedWork)
  .extend(Info.pick({ old_values: true, new_values: true, unknown: true, currency: true }).partial().shape);

export const Query = listSchema(
  AuditTrail,
  {
    record_id: text(64).optional().describe("Only the history of this record"),
    field: text(100)
      .min(1)
      .optional()
      .describe("Only changes of this field, such as `amount`; `custom_fields` for all custom fields"),
  },
  { named: ["user_id", "record_type"] },
);

/** Maximum entries of a page with values: each of them may cost a read of later entries and one of its record. */
const MAX_ROWS_WITH_VALUES = 25;

const ListInput = Query.extend({
  with_values: query
    .boolean()
    .optional()
    .describe(
      `Whether entries have \`old_values\`, \`new_values\` and \`unknown\`, at most ${MAX_ROWS_WITH_VALUES} a page. Long values and those of archived entries are unknown`,
    ),
});

/** Lists entries with the titles of their records: half a read unit more for each record of the page. */
export const list = fn(ListInput, async ({ with_values, ...input }) => {
  const { limit = MAX_ROWS_WITH_VALUES } = input;
  if (with_values && limit > MAX_ROWS_WITH_VALUES)
    throw invalid("limit", `Must be at most ${MAX_ROWS_WITH_VALUES} with with_values`);
  const { rows, meta } = await listRecords(AuditTrail, await listQuery(with_values ? { ...input, limit } : input));
  const [titles, works, values] = await Promise.all([
    loadTitles(rows),
    loadWork(rows.map(({ request_id }) => request_id)),
    with_values ? loadListedValues(rows) : new Map(),
  ]);
  const entries = rows.map((row) => ({
    ...row,
    record_title: titles.get(row.record_id) ?? null,
    work: works.get(row.request_id) ?? null,
    ...values.get(row.id),
  }));
  return new Page(entries, meta);
});

/** Converts the query parameters of the list of entries. */
export async function listQuery({ record_id, field, ...filters }: z.output<typeof Query>): Promise<ListQuery> {
  const { fieldFilters = [], ...listQuery } = buildListQuery(AuditTrail, filters);
  const isField: FieldFilter[] =
    field === undefined ? [] : [{ field: "changed", operator: "has", type: "choices", value: tagKey(field) }];
  return { ...listQuery, fieldFilters: [...fieldFilters, ...isField], ...(record_id ? { parent: record_id } : {}) };
}

export const get = fn(IdInput, async ({ id }) => {
  const [entry] = await loadEntries([id]);
  if (!entry) throw notFound();
  const { request_id } = entry;
  const [[fullEntry], titles, works] = await Promise.all([
    present([entry], { withCurrency: true }),
    loadTitles([entry]),
    loadWork([request_id]),
  ]);
  return { ...fullEntry, record_title: titles.get(entry.record_id) ?? null, work: works.get(request_id) ?? null };
});

/**
 * Returns the titles of the records of entries, by id. A title shows what the values of entries may show: none of private records that are
 * closed to the caller, and nothing that is masked. Deleted records have theirs until they are removed permanently. A record without a title,
 * such as an enrollment, has that of the record with which it is visible: half a read unit more for each of them.
 */
async function loadTitles(entries: readonly RecordOfEntry[]): Promise<ReadonlyMap<string, string>> {
  const [records, hidden] = await Promise.all([
    loadRows(new Set(entries.map(({ record_id }) => record_id))),
    findHiddenRecords(entries),
  ]);
  const shown = records.filter(({ id }) => !hidden.has(id));
  const titles = await titleRecords(shown);
  const parents = await mapParents(shown.filter(({ id }) => !titles.has(id)));
  const closed = canSeePrivate() ? new Set<string>() : await findClosedIds([...parents.values()]);
  const parentTitles = await titleRecords((await loadRows(new Set(parents.values()))).filter(({ id }) => !closed.has(id)));
  const borrowed = [...parents].flatMap(([id, parent]) => {
    const title = parentTitles.get(parent);
    return title === undefined ? [] : [[id, title] as const];
  });
  return new Map([...titles, ...borrowed]);
}

/** Loads the rows of records of any kind, deleted ones too. */
async function loadRows(ids: ReadonlySet<string>): Promise<BaseRecord[]> {
  const tenant = useTenant();
  const keys = [...ids].map((id) => recordKey(tenant, id));
  const items = await readItems(keys, { consistent: false, only: "row", stubs: true });
  const records = await Promise.all(
    [...ids].map(async (id, index) => {
      const row = items[index]?.row;
      const collection = row === undefined ? undefined : await loadCollectionById(id);
      return collection ? [collection.fromRow({ key: id, row })] : [];
    }),
  );
  return records.flat();
}

async function titleRecords(records: readonly BaseRecord[]): Promise<ReadonlyMap<string, string>> {
  const titled = await buildEntries(records);
  return new Map(titled.flatMap(({ id, title }) => (title === "" || title === id ? [] : [[id, title] as const])));
}

/** Maps records to the record with which each is visible. */
async function mapParents(records: readonly BaseRecord[]): Promise<ReadonlyMap<string, string>> {
  const parents = await Promise.all(
    records.map(async (record) => {
      const field = (await loadCollectionById(record.id))?.definition.visibleWith;
      const parent = field === undefined ? undefined : record[field as keyof BaseRecord];
      return typeof parent === "string" ? [[record.id, parent] as const] : [];
    }),
  );
  return new Map(parents.flat());
}

/** Returns the values of entries of a list, by id. Each entry reads at most one page of later entries. */
async function loadListedValues(entries: readonly StoredAuditEntry[]) {
  const stored = (await loadEntries(entries.map(({ id }) => id))).filter((entry) => entry !== undefined);
  const presented = await present(stored, { withoutObjects: true, withCurrency: true, maxLaterEntries: CHUNK_SIZE - 1 });
  return new Map(
    presented.map(({ id, old_values, new_values, unknown, currency }) => [id, { old_values, new_values, unknown, currency }]),
  );
}

type RecordOfEntry = Pick<AuditEntry, "record_id" | "record_type">;

/** Returns entries with the values that the caller may see under today's field permissions. Entries of private records of others have no values. */
export async function present(
  entries: readonly StoredAuditEntry[],
  options: CompletionOptions = {},
): Promise<CompleteAuditEntry[]> {
  const [fullEntries, hidden] = await Promise.all([completeEntries(entries, options), findHiddenRecords(entries)]);
  return Promise.all(
    fullEntries.map((entry) =>
      hidden.has(entry.record_id) ? { ...entry, old_values: null, new_values: null, currency: null } : redactEntry(entry),
    ),
  );
}

interface RecordVersion {
  record_id: string;
  version: number;
  /** When the version was written. */
  at: string;
}

/**
 * Returns the entries of versions of records, with the values that the caller may see, of all fields or of these; undefined for a version
 * without an entry. Long values in the object store are unknown.
 */
export async function loadVersions(
  versions: readonly RecordVersion[],
  fields?: readonly string[],
): Promise<(CompleteAuditEntry | undefined)[]> {
  const ids = versions.map(({ record_id, version, at }) => entryId(record_id, version, at));
  const entries = (await Records.loadMany(AuditTrail, [...new Set(ids)])).flatMap((entry) => entry ?? []);
  const entryById = new Map(
    (await present(entries, { withoutObjects: true, ...(fields ? { fields } : {}) })).map((entry) => [entry.id, entry]),
  );
  return ids.map((id) => entryById.get(id));
}

/** Returns the ids of the records that are private and closed to the caller, or are about such a record. */
async function findHiddenRecords(entries: readonly RecordOfEntry[]): Promise<ReadonlySet<string>> {
  if (canSeePrivate()) return new Set();
  const hidden = await Promise.all(
    [...Map.groupBy(entries, ({ record_type }) => record_type)].map(async ([kind, kindEntries]) => {
      const collection = await loadCollectionByName(kind);
      const { privacy, visibleWith, visibleWithPrivate } = collection.definition;
      if (!privacy && !visibleWithPrivate) return [];
      const ids = [...new Set(kindEntries.map(({ record_id }) => record_id))];
      const records = (await Records.loadMany(collection, ids)).filter((record) => record !== undefined);
      const readParentId = (record: BaseRecord): string => String(record[visibleWith as keyof BaseRecord]);
      const closedParents = visibleWithPrivate ? await findClosedIds(records.map(readParentId)) : new Set<string>();
      const isClosed = (record: BaseRecord): boolean =>
        !Visibility.isOpenToActor(collection, record) || closedParents.has(readParentId(record));
      return records.filter(isClosed).map(({ id }) => id);
    }),
  );
  return new Set(hidden.flat());
}

/** Returns the ids, of records of any kind, of those that are private and closed to the caller. */
async function findClosedIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const closed = await Promise.all(
    [...Map.groupBy(new Set(ids), findKindById)].map(async ([kind, kindIds]) => {
      const collection = kind && (await loadCollection(kind));
      if (!collection?.definition.privacy) return [];
      const records = await Records.loadMany(collection, kindIds);
      return records.flatMap((record) => (record && !Visibility.isOpenToActor(collection, record) ? [record.id] : []));
    }),
  );
  return new Set(closed.flat());
}

async function redactEntry(entry: CompleteAuditEntry): Promise<CompleteAuditEntry> {
  const [old_values, new_values] = await Promise.all(
    [entry.old_values, entry.new_values].map((values) => Redaction.redactHistory(entry.record_type, values)),
  );
  return { ...entry, old_values: old_values ?? null, new_values: new_values ?? null };
}

/** The timeline source: it shows one line for each change. */
export const timelineSource = buildTimelineSource(AuditTrail, {
  partitions: (person) => AuditTrail.childPartitions(person),
  title: ({ operation, changed }) => (operation === "UPDATE" ? `Changed: ${changed.join(", ")}` : titles[operation]),
  readActor: (entry) => entry.user_id,
});

const titles = { INSERT: "Created", UPDATE: "Changed", DELETE: "Deleted" };

export { loadEntries as load } from "../../storage/stream/audit-values.ts";

export * as Audit from "./audit.ts";
