import { Entity, type Schema } from "electrodb";
import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { Clock } from "../../kernel/clock.ts";
import { type FieldType, resolveFieldType } from "../../kernel/field.ts";
import type { Kind } from "../../kernel/id.ts";
import type { Permission } from "../../kernel/permission.ts";
import { listTagFields, outputInstant, valueSchema } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { tagKey } from "../../kernel/tag.ts";
import { fold } from "../../kernel/text.ts";
import type { CustomFieldAdapter } from "./custom-field-values.ts";
import { computeDueEntries } from "./due-index.ts";
import { EntityKeys, type RecordEntity } from "./entity-keys.ts";
import type { Item } from "./item.ts";
import { collectionKeyPart, hashTexts, keyspacePrefix, NONE, requireKeyPart } from "./key.ts";
import type { PathDeclarationSource } from "./path-declaration.ts";
import { formatRow, parseRow, type Row } from "./row.ts";
import { dynamodbLimits, type IndexName, sortAttribute } from "./table.ts";

/** Base fields as readers see them. */
export const baseShape = {
  id: z.string(),
  version: z.number().int().describe("Rises by one with each change; the ETag is made of it"),
  created_at: outputInstant(),
  created_by: actor(),
  updated_at: outputInstant(),
  updated_by: actor(),
  deleted_at: outputInstant().nullable(),
};

/** What every record has. Instants are RFC 3339 in UTC; `version` rises by one with each change. */
export interface BaseRecord {
  id: string;
  version: number;
  created_at: string;
  created_by: string;
  updated_at: string;
  updated_by: string;
  /** Set while the record is deleted. */
  deleted_at: string | null;
}

export const baseFields = Object.keys(baseShape) as (keyof BaseRecord)[];

/**
 * What every edit changes. It stays out of the row that indexes project, so that an edit of what lists do not show writes none of
 * them; lists show it where they are asked to, from the records themselves.
 */
export const versionFields = ["version", "updated_at", "updated_by"] as const;
export type VersionField = (typeof versionFields)[number];
export const isVersionField = (field: string): boolean => (versionFields as readonly string[]).includes(field);

/** How a kind of record uses an index: the field that its partitions are named after, and what orders them. */
export interface IndexUse<R> {
  field: (keyof R & string) | undefined;
  sort: ((record: R) => string | null) | undefined;
  /** Records in which the field is empty stay out. */
  sparse: boolean;
  /** Every value that the field can have, where `by_time` is split by it: a list of all reads a partition for each. */
  values?: readonly string[];
  /** A second field that each partition is split by, and every value that it can have: so both together are one query. */
  splitBy?: { field: keyof R & string; values: readonly string[] };
}

/** An index by a field, in order of time; without a field over all records. */
export const indexBy = <R>(
  field?: NoInfer<keyof R & string>,
  options: { sparse?: boolean; values?: readonly string[]; splitBy?: NoInfer<IndexUse<R>["splitBy"]> } = {},
): IndexUse<R> => ({
  field,
  sort: undefined,
  sparse: options.sparse ?? false,
  ...(options.values ? { values: options.values } : {}),
  ...(options.splitBy ? { splitBy: options.splitBy } : {}),
});

/** An index in an order of its own, over all records or by a field; those without a value for the order stay out. */
export const sortedIndexBy = <R>(
  sort: (record: R) => string | null,
  field?: NoInfer<keyof R & string>,
  options: { sparse?: boolean } = {},
): IndexUse<R> => ({
  field,
  sort,
  sparse: options.sparse ?? false,
});

/** A filter of lists: the field that it asks for, and the index that serves it; without one it is asked of each row. */
export interface Filter<R> {
  index?: IndexName;
  field: keyof R & string;
  /** Of a field with values without number: each value is counted in an item of its own, so that no item grows with them. */
  hasOwnCounters?: true;
}

/** The same numbers by name, added to each of the counters named; neither has a space in it. */
export interface CounterSums {
  scopes: readonly string[];
  counts: Readonly<Record<string, number>>;
  /** Other numbers, added to other counters. */
  beside?: CounterSums;
}

export const noCounterSums: CounterSums = { scopes: [], counts: {} };

/** How a record reveals another, such as the lead its person: who sees the one sees the other. */
export interface VisibilityGrantRule<R> {
  /** The field that names the other. */
  field: keyof R & string;
  /** Of which records that does not hold. */
  except?: (record: R) => boolean;
}

/** Of a kind that others reveal; `sight` is what the table keeps of it (storage/table/person-visibility.ts). */
export interface DerivedVisibilityRule<R> {
  /** The record that it was joined to, and leads to. */
  mergedInto: (record: R) => string | null;
  /** Ids of those that were joined to it: what reveals them reveals it. */
  mergedIds: (record: R) => readonly string[];
  /** Live records that reveal one, by owner, of an id that was there before sights were kept. */
  countGrantsByOwner: (id: string) => Promise<ReadonlyMap<string, number>>;
}

/**
 * With whom a record is shared beside its owner. It is seen through each of these: by whoever sees the records of one of the users,
 * and by whoever is in one of the teams or leads it.
 */
export interface SharingRule<R> {
  users: (record: R) => readonly (string | null)[];
  teams?: (record: R) => readonly (string | null)[];
}

/**
 * What a record is about, as fields that name records of a kind: groups, of which the first that names one that is there decides.
 * Who sees one of these, or each where `every` says so, sees the record.
 */
export interface SubjectRule<R> {
  groups: readonly Partial<Record<keyof R & string, Kind>>[];
  every?: true;
}

/** A flag that keeps a record from all but these users; both are made of fields of the row, so that lists need no look for them. */
export interface PrivacyRule<R> {
  field: keyof R & string;
  userIds: (record: R) => readonly (string | null)[];
}

/** A place under a name of several parts, in the order of `at`, which holds no `#`. */
export interface ExtraIndexEntry {
  partition: readonly string[];
  sortKey: string;
}

export type Sensitivity = "public" | "internal" | "confidential" | "restricted";

/** What stands in a field of nested detail. */
export interface DetailDocument {
  /** Its JSON Schema; without one, anything. */
  schema?: () => Record<string, unknown>;
  /** What of it is sealed: nothing is found by it, and audit entries do not have it. */
  sealing?: Sealing;
  /** Documents below it by schemas of the tenant's own, by their names. */
  tenantDocuments?: () => Promise<Readonly<Record<string, DetailDocument>>>;
}

/** What of a document is sealed: paths such as `drivers[].license_number`, and names wherever they stand. */
export interface Sealing {
  paths: readonly string[];
  names: readonly string[];
}

/** The transaction that a record is carried over in, as far as that is anybody's but its own. */
export interface MigrationTransaction {
  replace<O extends BaseRecord>(collection: Collection<O>, before: O, after: O): unknown;
}

export interface Definition<R extends BaseRecord> {
  kind: Kind;
  /** The stored record; its keys are the fields that a record has. */
  schema: z.ZodObject;
  /** The fields that a list shows, beside those that every record has. Keep them under a kilobyte together. */
  row: readonly (keyof R & string)[];
  /**
   * What stored rows have by place, where that is no longer the row as it is declared: a further field comes last, and none of a
   * release moves or goes, shown or not (test/storage/table/rows.test.ts).
   */
  columns?: readonly string[];
  indexes: Partial<Record<IndexName, IndexUse<R>>>;
  /** The field that names the user who owns the record: the rule of visibility goes by it. */
  owner?: keyof R & string;
  /**
   * Records without an owner go by these, or are seen by all (docs/platform/visibility.md).
   */
  subject?: SubjectRule<R>;
  /** Of a kind that goes by its owner: through whom else a record is seen (share.ts). */
  sharing?: SharingRule<R>;
  derivedVisibility?: DerivedVisibilityRule<R>;
  /**
   * The field with the id of a record, of any kind: who sees that sees this one, whoever owns it. That it is there still, the kind's
   * own verbs ask.
   */
  visibleWith?: keyof R & string;
  /** That may be a private one, so that who sees all sees not all of these. */
  visibleWithPrivate?: true;
  /** Which records are private, and to whom: whoever else sees them otherwise does not, except administrators. */
  privacy?: PrivacyRule<R>;
  visibilityGrant?: VisibilityGrantRule<R>;
  /** Fields with what a record cannot do without: it comes back only where that is there. */
  requiredReferences?: readonly (keyof R & string)[];
  /** Ids of its attachments that it shows: none of them is deleted while it does. */
  attachmentIds?: (record: R) => readonly string[];
  /** The field that names the record below which this one stands, counted; lists ask by `by_related` or `within`. */
  parent?: keyof R & string;
  /** Names of further counters that the record is in, made of what never changes: by the day of what happened, say. */
  extraCounters?: (record: R) => readonly string[];
  /** Further counters with numbers of their own, which nothing else of a record moves; they follow its changes. */
  sums?: (record: R) => CounterSums;
  /** Fields of free text that keys are made of: they go in as a hash of the text, whatever its letter case. */
  hashedTextFields?: readonly (keyof R & string)[];
  /** Equality filters of lists, each counted. */
  filters?: Record<string, Filter<R>>;
  /** Lower bounds of lists on a whole number from 0 to 100, served by an index in its order, and counted. */
  ranges?: Record<string, Filter<R> & { index: IndexName }>;
  /** The fields of the row that lists are asked for, where those are not all of them (read/ask.ts). */
  filterableFields?: readonly (keyof R & string)[];
  /**
   * The field whose instants ids are made of: `created_at` unless told otherwise. What is asked of it cuts partitions in order
   * of time.
   */
  timeField?: keyof R & string;
  /**
   * Orders by a field that no index has room for: by entries, kept from the stream. Those without a value stay out; just those with
   * one pass the filter beside it, which counts them.
   */
  entryOrders?: Partial<Record<keyof R & string, readonly [filter: string, value: string]>>;
  /** Orders of lists; `created_at` is always there. */
  sorts?: Record<string, IndexName>;
  /** What stored records have in fields that no release had written yet; null unless told otherwise. */
  missingValues?: Readonly<Partial<R>>;
  /** Fields of the row that are worked out of others of it wherever a record is read, and never stored. */
  computed?: { readonly [K in keyof R & string]?: (row: R) => R[K] };
  /**
   * Further places in which a domain finds the record, each with its row, made of fields of the row and written with it
   * (storage/table/extra-index.ts); `since` is the shape of the first records that have them.
   */
  extraIndex?: { of: (record: R) => readonly ExtraIndexEntry[]; since: number };
  /** What a search finds the record by; made of fields of the row. */
  searchWords?: (record: R) => readonly string[];
  /** Fields below which a tenant may declare paths to find records by. */
  detail?: Partial<Record<keyof R & string, DetailDocument>>;
  /** Where the declarations of such paths come from. */
  pathDeclarationSources?: readonly PathDeclarationSource[];
  /** Of a kind with fields of the tenant's own, in `custom_fields`: what the house does with their values wherever it meets them. */
  customFields?: CustomFieldAdapter;
  /** Of a kind with versions: the field with the id of the first of them. A value that no two records may have, versions of one may. */
  seriesField?: keyof R & string;
  /**
   * Events of its changes beside created, updated, deleted, restored and removed, by name, and which changes make each; `before`
   * is absent at creation. They are published in this order.
   */
  events?: Readonly<Record<string, (after: R, before: R | undefined) => boolean>>;
  /**
   * Instants at which the record wants attention, by name; null when never. Each is published as `<kind>.<name>_due` when it has
   * come, to who acts on it (docs/storage/clocks.md).
   */
  clocks?: Readonly<Record<string, (record: R) => string | null>>;
  /** Those of them of which very many may be due at one instant, and none to the minute: they keep no other clock waiting. */
  bulkClocks?: readonly string[];
  sensitivity?: Sensitivity;
  /** Fields whose values stay out of audit entries. */
  secret?: readonly (keyof R & string)[];
  /** Bookkeeping that no answer, file or audit entry has. */
  internal?: readonly (keyof R & string)[];
  /** The field that holds what the vault has sealed for the record's id (`Sealed | null`); it is `internal` as well. */
  sealed?: keyof R & string;
  /** Who is shown what is sealed in its detail; with none, nobody. */
  unsealPermission?: Permission;
  /** Numbered by position and never edited: the n-th turns shape n into shape n + 1. */
  migrations?: readonly ((stored: Item) => Item)[];
  /**
   * What the job that migrates does with a record of an earlier shape beyond that, by what stands elsewhere: it may write there in
   * the same transaction. A record that is changed meanwhile is read as the migrations make it, without this, and carried over
   * all the same where it still owes it.
   */
  migrateRecord?: (record: R, tx: MigrationTransaction) => Promise<R>;
  /** Whether a record of this shape has still to be carried over. */
  needsMigration?: (record: R) => boolean;
}

type DefinitionHolder<R extends BaseRecord> = { definition: Definition<R> };

/** What stands in fields of nested detail, by their names, as the release declares it. */
export const declaredDetail = <R extends BaseRecord>({ definition }: DefinitionHolder<R>): Record<string, DetailDocument> =>
  (definition.detail ?? {}) as Record<string, DetailDocument>;

/** As detailOf, with the documents of the tenant by where they stand: `product_data.pet`. */
export async function loadTenantDetail<R extends BaseRecord>(
  collection: DefinitionHolder<R>,
): Promise<Record<string, DetailDocument>> {
  const parts = Object.entries(declaredDetail(collection)).map(async ([field, detail]): Promise<[string, DetailDocument][]> => {
    const own = Object.entries((await detail.tenantDocuments?.()) ?? {});
    return detail.tenantDocuments ? own.map(([name, each]) => [`${field}.${name}`, each]) : [[field, detail]];
  });
  return Object.fromEntries((await Promise.all(parts)).flat());
}

/** What is sealed of the documents of a record, by where they stand. */
const collectSealings = (detail: Readonly<Record<string, DetailDocument>>): Record<string, Sealing> =>
  Object.fromEntries(
    Object.entries(detail).flatMap(([at, { sealing }]) => (sealing && sealing.names.length > 0 ? [[at, sealing]] : [])),
  );

/** As the release declares it, of every tenant. */
export const declaredSealings = <R extends BaseRecord>(collection: DefinitionHolder<R>): Record<string, Sealing> =>
  collectSealings(declaredDetail(collection));

/** With what the tenant's own schemas seal. */
export const loadTenantSealings = async <R extends BaseRecord>(
  collection: DefinitionHolder<R>,
): Promise<Record<string, Sealing>> => collectSealings(await loadTenantDetail(collection));

const optionalVersionShape = {
  version: baseShape.version.optional(),
  updated_at: baseShape.updated_at.optional(),
  updated_by: baseShape.updated_by.optional(),
} satisfies Record<VersionField, z.ZodType>;

/** The schema of records as lists show them: with marks only where they are asked for. */
export const withOptionalVersionFields = <S extends z.ZodRawShape>(schema: z.ZodObject<S>) => schema.extend(optionalVersionShape);

/** The schema of what a list shows of a record. */
export const rowSchema = <S extends z.ZodObject>(schema: S, row: readonly string[]) =>
  withOptionalVersionFields(
    schema.pick(
      Object.fromEntries(row.map((field) => [field, true])) as Record<string, true> & Record<number, never>,
    ) as z.ZodObject<{ [K in keyof S["shape"]]: z.ZodOptional<S["shape"][K]> }>,
  );

export { NONE } from "./key.ts";

/** A kind of record in the table. Made once for each kind, in the folder of its domain. */
export class Collection<R extends BaseRecord> {
  readonly definition: Definition<R>;
  readonly kind: Kind;
  /** The name of the kind: part of keys, events and the audit trail. */
  readonly name: string;
  readonly fields: readonly string[];
  readonly row: ReadonlySet<string>;
  /** What a stored row has, by place; the key of a row has the id. */
  readonly columns: readonly string[];
  /** The version of the stored shape that this release writes. */
  readonly shape: number;
  readonly keys = new EntityKeys(() => this.entity);
  readonly #types = new Map<string, FieldType>();
  /** What stored records have in fields that no release had written yet: no tags, and null unless told otherwise. */
  readonly #missing: Item;
  #entity: RecordEntity | undefined;

  constructor(definition: Definition<R>) {
    this.definition = definition;
    this.kind = definition.kind;
    this.name = definition.kind.name;
    this.fields = [...new Set([...baseFields, ...Object.keys(definition.schema.shape)])].filter(
      (field) => !derivedFields.has(field) && !Object.hasOwn(definition.computed ?? {}, field),
    );
    const shown = baseFields.filter((field) => !isVersionField(field));
    this.row = new Set([...shown, ...definition.row]);
    const { columns = definition.row, computed = {} } = definition;
    this.columns = [...new Set([...shown, ...columns])].filter((field) => field !== "id" && !Object.hasOwn(computed, field));
    this.shape = (definition.migrations?.length ?? 0) + 1;
    const untagged = Object.fromEntries(listTagFields(definition.schema.shape).map((field) => [field, []]));
    this.#missing = { ...untagged, ...definition.missingValues };
    const { sealed } = definition;
    if (sealed !== undefined && (this.row.has(sealed) || !definition.indexes.by_time))
      throw new Error(`${definition.kind.name}: what is sealed stays out of lists, and keys rotate by the index by_time`);
    loadedCollections.set(this.name, this as Collection<BaseRecord>);
  }

  /** Made when it is first needed: a cold start has most kinds for a word of theirs alone. */
  get entity(): RecordEntity {
    this.#entity ??= buildEntity(this.definition);
    return this.#entity;
  }

  /** The item that stores the record; `context` says who wrote it, for the audit trail. */
  toItem(tenant: string, record: R, context: string): Item {
    const life = record.deleted_at ? "deleted" : "live";
    const whose = { tenant_id: tenant, collection: collectionKeyPart(record.id), id: record.id };
    const keys = this.keys.buildItemKeys(life, { ...whose, ...this.keyFacets(record) });
    return { version: record.version, shape: this.shape, life, ...this.serialize(record), context, ...keys };
  }

  /** The record as it is stored: what a list shows, and the rest. */
  serialize(record: R): { row: string; doc: string } {
    const row = this.#filledOf(record, (field) => this.row.has(field));
    const doc = this.#filledOf(record, (field) => !this.row.has(field));
    return { row: formatRow(this.columns, row), doc: JSON.stringify(doc) };
  }

  /** What a list shows of the record, for a digest that is the same whichever release makes it. */
  rowDigestText(record: R): string {
    return JSON.stringify(this.#filledOf(record, (field) => this.row.has(field)));
  }

  #filledOf(record: R, isWanted: (field: string) => boolean): Item {
    const filled = this.fields.filter((field) => isWanted(field) && ((record as Item)[field] ?? null) !== null);
    return Object.fromEntries(filled.map((field) => [field, (record as Item)[field]]));
  }

  fromItem(item: Item): R {
    const row = parseRow(this.columns, { key: String(item.sk), row: item.row });
    const stored = { ...row, ...(JSON.parse(String(item.doc)) as Item) };
    const record = this.#filled(this.#migrated(stored, Number(item.shape)), this.fields);
    if (Number(item.shape) < (this.definition.extraIndex?.since ?? 0)) recordsBeforeExtraIndex.add(record);
    return record;
  }

  /** Where a record stands beside its indexes: nowhere while it is deleted, or as a release wrote it that knew no places. */
  extraIndexEntries(record: R): readonly ExtraIndexEntry[] {
    return record.deleted_at || recordsBeforeExtraIndex.has(record) ? [] : (this.definition.extraIndex?.of(record) ?? []);
  }

  /** The record as a list shows it, from the attribute that indexes project: without its marks, whichever release wrote it. */
  fromRow(row: Row): R {
    return this.#filled(parseRow(this.columns, row), this.row);
  }

  /** A whole record as a list shows it that was asked for some of its marks. */
  toRow(record: R, include: readonly VersionField[] = []): R {
    return Object.fromEntries([...this.row, ...include].map((field) => [field, record[field as keyof R]])) as unknown as R;
  }

  #filled(stored: Item, fields: Iterable<string>): R {
    const record: Item = {};
    for (const field of fields) record[field] = stored[field] ?? this.#missing[field] ?? null;
    return this.applyComputed(record as R);
  }

  /** Sets in a record that nobody else holds yet what is worked out of its other fields as they are now. */
  applyComputed(record: R): R {
    const { computed } = this.definition;
    if (!computed) return record;
    const values = (Object.entries(computed) as [string, (row: R) => unknown][]).map(([field, of]) => [field, of(record)]);
    return Object.assign(record, Object.fromEntries(values));
  }

  #migrated(stored: Item, shape: number): Item {
    const steps = this.definition.migrations ?? [];
    return steps.slice(shape - 1).reduce((record, step) => step(record), stored);
  }

  /** What the versions of a record have in common; undefined of a kind without versions. */
  seriesId(record: R): string | undefined {
    const { seriesField: series } = this.definition;
    return series === undefined ? undefined : String(record[series]);
  }

  /** The values that the keys of indexes are made of; NONE where there is none, and sparse indexes leave those out. */
  keyFacets(record: R): Record<string, string> {
    const facets: Record<string, string> = {};
    for (const [index, use] of Object.entries(this.definition.indexes) as [IndexName, IndexUse<R>][]) {
      for (const field of [use.field, use.splitBy?.field]) if (field) facets[field] = this.#facetOf(field, record);
      if (use.sort) facets[`${index}_of`] = use.sort(record) ?? NONE;
    }
    if (hasChangeIndex(this.definition)) facets.changed_on = record.updated_at.slice(0, 10);
    if (this.definition.clocks) {
      const { recordEntry: own } = this.dueEntries(record);
      Object.assign(facets, { due_bucket: own?.bucket ?? NONE, due_of: own?.at ?? NONE });
    }
    return facets;
  }

  /** The instants of the clocks that are set; none of a deleted record. */
  clockInstants(record: R): Readonly<Record<string, string>> {
    if (record.deleted_at) return {};
    const instants = Object.entries(this.definition.clocks ?? {}).map(([name, at]) => [name, at(record)] as const);
    return Object.fromEntries(instants.filter((entry): entry is readonly [string, string] => !!entry[1]));
  }

  /** Where the sweep finds the record (due.ts). */
  dueEntries(record: R): ReturnType<typeof computeDueEntries> {
    return computeDueEntries(record.id, this.clockInstants(record), this.definition.bulkClocks ?? [], Clock.now());
  }

  /** The value that a filter compares, as keys and counters write it; undefined where its index leaves the record out. */
  facet({ index, field }: Filter<R>, record: R): string | undefined {
    const facet = this.#facetOf(field, record);
    const leaves = index === undefined || this.definition.indexes[index]?.sparse;
    return facet === NONE && leaves ? undefined : facet;
  }

  #facetOf(field: keyof R & string, record: R): string {
    const value = record[field];
    return isEmpty(value) ? NONE : requireKeyPart(this.facetFor(field, value));
  }

  /** A value of a field as keys, counters and filters have it: free text as a hash, numbers as they are compared. */
  facetFor(field: keyof R & string, value: unknown): string {
    if (this.definition.hashedTextFields?.includes(field)) return textFacet(String(value));
    const type = this.#types.get(field) ?? storedFieldType(this.definition.schema.shape[field]);
    this.#types.set(field, type);
    return toSortKey(type, value);
  }

  /** The partitions that hold all records, live or deleted, in order of time. */
  allPartitions(life: "live" | "deleted"): { index: "by_time"; facets: Item }[] {
    const { field, values = [] } = this.definition.indexes.by_time ?? {};
    if (field === undefined) return [{ index: "by_time", facets: { life } }];
    return [...values, NONE].map((value) => ({ index: "by_time", facets: { life, [field]: value } }));
  }

  /** What holds those that have left the table, in order of time, where they are asked for from this id on. */
  archivePartitions(_from: string | undefined): { index: "archive"; facets: Item }[] {
    return [];
  }

  /** The partitions that hold the records below one, in order of time. */
  childPartitions(parent: string): { index: IndexName | "record" | "entry" | "archive"; facets: Item }[] {
    const field = this.definition.parent;
    return field === undefined ? [] : [{ index: "by_related", facets: { [field]: parent } }];
  }

  ownerId(record: R): string | undefined {
    const { owner } = this.definition;
    return owner === undefined ? undefined : toFacet(record[owner]);
  }

  /** The counters that a record is in, beside the one of all. */
  counterScopes(record: R): string[] {
    const { owner, parent, filters = {}, extraCounters: tallies, privacy: hiding } = this.definition;
    const above = [owner, parent].flatMap((field) => (field === undefined ? [] : [toFacet(record[field])]));
    const hidden =
      hiding && record[hiding.field] ? [privateScope(), ...(parent ? [privateScope(toFacet(record[parent]))] : [])] : [];
    const separate = Object.entries(filters).flatMap(([name, filter]) => {
      const value = filter.hasOwnCounters && this.facet(filter, record);
      return value === undefined || value === NONE ? [] : [separateScope(name, value)];
    });
    return [...above, ...hidden, ...separate, ...(tallies?.(record) ?? [])];
  }

  /** The place of a record in each order that is kept by entries; none while it is deleted. */
  entryOrderKeys(record: R): Record<string, string> {
    const values = Object.keys(record.deleted_at ? {} : (this.definition.entryOrders ?? {})).map(
      (field) => [field, record[field as keyof R]] as const,
    );
    return Object.fromEntries(values.filter((entry): entry is readonly [string, R[keyof R] & string] => !!entry[1]));
  }

  /** The tags that a record bears, by their keys; none while it is deleted. */
  tagsByKey(record: R | undefined): ReadonlyMap<string, string> {
    if (!record || record.deleted_at) return new Map();
    const tags = listTagFields(this.definition.schema.shape).flatMap((field) => (record as Item)[field] as string[]);
    return new Map(tags.map((tag) => [tagKey(tag), tag]));
  }

  /** Whether tags of the kind are counted: where its owner alone decides who sees a record. */
  get countsTags(): boolean {
    const {
      schema,
      owner,
      sharing: shares,
      visibleWith: seenWith,
      privacy: hiding,
      derivedVisibility: revealed,
    } = this.definition;
    return listTagFields(schema.shape).length > 0 && owner !== undefined && !shares && !seenWith && !hiding && !revealed;
  }

  /** What a record adds to counters beside those; nothing while it is deleted. */
  counterSums(record: R): CounterSums {
    return (record.deleted_at ? undefined : this.definition.sums?.(record)) ?? noCounterSums;
  }
}

/** Records as they were read that have no places yet. */
const recordsBeforeExtraIndex = new WeakSet<object>();

/** Computed for readers, never stored. */
const derivedFields = new Set(["links"]);

/** The collections that this process has loaded, by the name of their kind (collections.ts loads others). */
export const loadedCollections = new Map<string, Collection<BaseRecord>>();

/** The counter of one value of a filter that is counted apart. */
export const separateScope = (filter: string, value: string): string => `${filter}=${value}`;

/** The counter of what is private: of all, or below one record. */
export const privateScope = (parent?: string): string => (parent === undefined ? "private" : `private@${parent}`);

/** Free text as keys hold it. */
export const textFacet = (text: string): string => (text.trim() === "" ? NONE : hashTexts(fold(text.trim())));

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "";
const toFacet = (value: unknown): string => (isEmpty(value) ? NONE : requireKeyPart(String(value)));

/** What all records have is text. */
const storedFieldType = (schema: z.ZodType | undefined): FieldType => (schema ? resolveFieldType(valueSchema(schema)) : "text");

/** A number as text that sorts like it: `pad(7, 3)` is `007`. */
export const pad = (value: number, digits: number): string => String(Math.max(0, Math.trunc(value))).padStart(digits, "0");

const placeholder = (name: string): string => `\${${name}}`;

/** Whether lists find records of a kind by when they changed last. */
export const hasChangeIndex = <R extends BaseRecord>({ kind, indexes }: Definition<R>): boolean =>
  !kind.isDerived && !!indexes.by_time;

type AnySchema = Schema<string, string, string>;

/** The ElectroDB entity of a kind: keys by template, letter case kept, indexes left where their condition does not hold. */
function buildEntity<R extends BaseRecord>(definition: Definition<R>): RecordEntity {
  const text = { type: "string" } as const;
  const attributes: Record<string, AnySchema["attributes"][string]> = {
    tenant_id: { type: "string", required: true },
    collection: { type: "string", required: true },
    id: { type: "string", required: true },
    version: { type: "number", required: true },
    shape: { type: "number", required: true },
    life: { type: "string", required: true },
    row: text,
    doc: text,
    context: text,
    ttl: { type: "number" },
  };
  const casing = "none";
  const indexes: AnySchema["indexes"] = {
    record: {
      pk: { field: "pk", composite: ["tenant_id", "collection"], template: "T#${tenant_id}#${collection}", casing },
      sk: { field: "sk", composite: ["id"], template: "${id}", casing },
    },
  };
  if (hasChangeIndex(definition)) {
    attributes.changed_on = text;
    indexes.by_change = {
      index: "by_change",
      pk: {
        field: "by_change",
        composite: ["tenant_id", "life", "changed_on"],
        template: `T#\${tenant_id}#${definition.kind.name}#\${life}#\${changed_on}`,
        casing,
      },
      sk: { field: sortAttribute("by_change"), composite: ["id"], casing },
    };
  }
  for (const [index, use] of Object.entries(definition.indexes) as [IndexName, IndexUse<R>][]) {
    const sortField = `${index}_of`;
    const field = use.field === undefined ? [] : [use.field];
    const split = use.splitBy === undefined ? [] : [use.splitBy.field];
    const sort = use.sort ? [sortField] : [];
    for (const name of [...field, ...split, ...sort]) attributes[name] = text;
    const needed = [...(use.sparse ? field : []), ...sort];
    const named = [...(index === "by_time" ? ["life"] : []), ...field, ...split];
    const parts = named.map((name) => `#${placeholder(name)}`).join("");
    indexes[index] = {
      index,
      condition: (item) => (index === "by_time" || item.life === "live") && needed.every((field) => item[field] !== NONE),
      pk: {
        field: index,
        composite: ["tenant_id", ...named],
        template: `T#\${tenant_id}#${definition.kind.name}${parts}`,
        casing,
      },
      sk:
        sortAttribute(index) === "id"
          ? { field: "id", composite: ["id"], casing }
          : {
              field: sortAttribute(index),
              composite: [...sort, "id"],
              template: [...sort, "id"].map(placeholder).join("#"),
              casing,
            },
    };
  }
  if (definition.clocks) {
    attributes.due_bucket = text;
    attributes.due_of = text;
    indexes.due = {
      index: "due",
      condition: (item) => item.life === "live" && item.due_of !== NONE,
      pk: { field: "due", composite: ["due_bucket"], template: `${keyspacePrefix("due")}\${due_bucket}`, casing },
      sk: { field: sortAttribute("due"), composite: ["due_of", "id"], template: "${due_of}#${id}", casing },
    };
  }
  const model = { service: "crm", entity: definition.kind.name, version: "1" };
  return new Entity<string, string, string, AnySchema>({ model, attributes, indexes }, { table: "crm" });
}

/** Too large for one item: refused before DynamoDB would, naming the field that is largest. */
export function findLargestField(record: object): { field: string; bytes: number } {
  const sizes = Object.entries(record).map(([field, value]) => ({
    field,
    bytes: Buffer.byteLength(JSON.stringify(value) ?? ""),
  }));
  return sizes.reduce((largest, each) => (each.bytes > largest.bytes ? each : largest), { field: "", bytes: 0 });
}

/** Room for keys, indexes and context beside the record itself. */
export const MAX_RECORD_BYTES = dynamodbLimits.item - 16 * 1024;
