import { Entity, type Schema } from "electrodb";
import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { type FieldType, resolveFieldType } from "../../kernel/field.ts";
import { idTime, type Kind, minIdAt } from "../../kernel/id.ts";
import type { Permission } from "../../kernel/permission.ts";
import type { KindPersonalData } from "../../kernel/personal-data.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { listTagFields, outputInstant, valueSchema } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { tagKey } from "../../kernel/tag.ts";
import { fold } from "../../kernel/text.ts";
import { MIN_ARCHIVE_DAYS, MIN_UNCHANGED_DAYS } from "./archive-retention.ts";
import { markArchived } from "./archived-record.ts";
import { CUSTOM_FIELDS, type CustomFieldAdapter } from "./custom-field-values.ts";
import { computeDueEntries } from "./due-index.ts";
import { EntityKeys, type RecordEntity } from "./entity-keys.ts";
import type { Item } from "./item.ts";
import { collectionKeyPart, hashTexts, keyspacePrefix, NONE, requireKeyPart } from "./key.ts";
import { type PackedList, packList, unpackList } from "./packed-list.ts";
import type { PathDeclarationSource } from "./path-declaration.ts";
import { formatRow, parseRow, type Row } from "./row.ts";
import { dynamodbLimits, type IndexName, sortAttribute } from "./table.ts";
import { isSwitched } from "./written-shapes.ts";

/** The base fields of every record, as readers see them. */
export const baseShape = {
  id: personalData("reference", z.string()),
  version: z.number().int().describe("Increases by one with each change; the ETag is derived from it"),
  created_at: outputInstant(),
  created_by: actor(),
  updated_at: outputInstant(),
  updated_by: actor(),
  deleted_at: outputInstant().nullable(),
};

/** The fields of every record. Instants are RFC 3339 in UTC; `version` rises by one with each change. */
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

const baseFields = Object.keys(baseShape) as (keyof BaseRecord)[];

/**
 * Fields that every edit changes. They are not in the row that indexes project, so that an edit of fields that lists do not show writes no
 * index. A list reads them from the records if the caller asks for them.
 */
export const versionFields = ["version", "updated_at", "updated_by"] as const;
type VersionField = (typeof versionFields)[number];
export const isVersionField = (field: string): boolean => (versionFields as readonly string[]).includes(field);

/** How a kind uses an index: the field that gives the partitions, and the order inside them. */
export interface IndexUse<R> {
  field: (keyof R & string) | undefined;
  sort: ((record: R) => string | null) | undefined;
  /** Records whose field is empty are not in the index. */
  sparse: boolean;
  /** All values of the field, if `by_time` is split by it: a list of all records reads a partition for each value. */
  values?: readonly string[];
  /** A second field by which each partition is split, with all its values, so that a filter on both fields is one query. */
  splitBy?: { field: keyof R & string; values: readonly string[] };
}

/** How old records of a kind move to the object store (docs/storage/archive.md). */
interface ArchiveRule<R> {
  /** The kind of the objects. Parts of `records` hold records of a month, whose stubs stay in the table; those of `audit`, entries of a day. */
  objects: "audit" | "records";
  /** Fields by whose values archived records are found, as by an index. */
  lookupFields?: readonly (keyof R & string)[];
}

/** Declares an index by a field, in order of time; without a field, over all records. */
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

/** Declares an index in its own order, over all records or by a field. Records without a value for the order are not in it. */
export const sortedIndexBy = <R>(
  sort: (record: R) => string | null,
  field?: NoInfer<keyof R & string>,
  options: { sparse?: boolean } = {},
): IndexUse<R> => ({
  field,
  sort,
  sparse: options.sparse ?? false,
});

/** A filter of lists: its field, and the index that serves it. Without an index, the filter is checked on each row. */
export interface Filter<R> {
  index?: IndexName;
  /** Extra index entries serve it: the entries with this name and the value, in order of ids. */
  extraIndex?: string;
  field: keyof R & string;
  /** For a field with unlimited values: each value is counted in its own item, so that no counter item grows with them. */
  hasOwnCounters?: true;
}

/** Numbers by name that are added to each of these counters. Neither names nor scopes contain a space. */
export interface CounterSums {
  scopes: readonly string[];
  counts: Readonly<Record<string, number>>;
  /** Other numbers for other counters. */
  beside?: CounterSums;
}

export const noCounterSums: CounterSums = { scopes: [], counts: {} };

/** A record that makes another one visible, as a lead makes its person visible: users who see the former see the latter. */
interface VisibilityGrantRule<R> {
  /** The field that names the other record. */
  field: keyof R & string;
  /** Records to which the rule does not apply. */
  except?: (record: R) => boolean;
}

/** Visibility derived from other records (storage/table/person-visibility.ts). */
interface DerivedVisibilityRule<R> {
  /** Returns the record into which this one was merged. */
  mergedInto: (record: R) => string | null;
  /** Returns the ids of the records that were merged into this one. Records that make them visible make this one visible too. */
  mergedIds: (record: R) => readonly string[];
  /** Counts the live records that make an id visible, by owner. Used for records of releases without visibility items. */
  countGrantsByOwner: (id: string) => Promise<ReadonlyMap<string, number>>;
}

/**
 * The users and teams with whom a record is shared, in addition to its owner. It is visible to users who see the records of one of these
 * users, and to members and leaders of the teams.
 */
interface SharingRule<R> {
  users: (record: R) => readonly (string | null)[];
  teams?: (record: R) => readonly (string | null)[];
}

/**
 * The subject of a record, as fields that name records of a kind. The first group that names an existing record decides. The record is
 * visible to users who see one of the group's records, or all of them with `every`.
 */
export interface SubjectRule<R> {
  groups: readonly Partial<Record<keyof R & string, Kind>>[];
  every?: true;
}

/** A flag that makes a record private to these users. Both use only fields of the row, so that lists need no further reads. */
interface PrivacyRule<R> {
  field: keyof R & string;
  userIds: (record: R) => readonly (string | null)[];
}

/** An entry under a partition name of several parts, in order of `sortKey`, which contains no `#`. Without it, in order of ids. */
export interface ExtraIndexEntry {
  partition: readonly string[];
  sortKey?: string;
}

type Sensitivity = "public" | "internal" | "confidential" | "restricted";

/** The content of a field with nested detail. */
export interface DetailDocument {
  /** Its JSON Schema; without a schema, any JSON is valid. */
  schema?: () => Record<string, unknown>;
  /** The values that are sealed: searches do not find them, and audit entries do not contain them. */
  sealing?: Sealing;
  /** Nested documents with schemas of the tenant, by name. */
  tenantDocuments?: () => Promise<Readonly<Record<string, DetailDocument>>>;
}

/** The sealed values of a document: paths such as `drivers[].license_number`, and property names at any depth. */
export interface Sealing {
  paths: readonly string[];
  names: readonly string[];
}

/** The transaction of a record's migration, for writes to other records. */
export interface MigrationTransaction {
  replace<O extends BaseRecord>(collection: Collection<O>, before: O, after: O): unknown;
}

/** The links of answered records, as far as they do not follow from the schema (packages/functions/src/api/shared/links.ts). */
export interface LinkDeclaration<R> {
  /** What is below the path of the record: `line_items` is at `/quotes/{id}/line-items`. */
  below?: readonly string[];
  /** Names of links that do not follow from the names of their fields: `owner_id` gives `owner`. */
  names?: Partial<Record<keyof R & string, string>>;
  /** Fields that name a record but give no link. */
  except?: readonly (keyof R & string)[];
  /** Further links, as templates in which `{stage_id}` stands for a field. */
  more?: Readonly<Record<string, string>>;
}

export interface Definition<R extends BaseRecord> {
  kind: Kind;
  /** The schema of the stored record. Its keys are the fields of the record. */
  schema: z.ZodObject;
  /** Who the records are about, and why the tenant stores them. Fields declare their own class (docs/security/personal-data.md). */
  personalData: KindPersonalData;
  /** The fields that a list shows, in addition to the base fields. Keep them under a kilobyte together. */
  row: readonly (keyof R & string)[];
  /** Long texts that are not in the row. A list reads them from the records if the caller names them in `fields` or `include`. */
  longTexts?: readonly (keyof R & string)[];
  /**
   * The columns of stored rows, if they differ from `row`. Only append to them: columns of earlier releases are never moved or removed,
   * even if lists no longer show them (test/storage/table/rows.test.ts).
   */
  columns?: readonly string[];
  indexes: Partial<Record<IndexName, IndexUse<R>>>;
  links?: LinkDeclaration<R>;
  /** The field that names the record's owner, a user. Visibility depends on the owner. */
  owner?: keyof R & string;
  /** The field with the id of the person whom the owner looks after. An owner is given only if the person may be assigned (kernel/processing.ts). */
  person?: keyof R & string;
  /** Records without an owner are visible through their subject, or to all (docs/platform/visibility.md). */
  subject?: SubjectRule<R>;
  /** For kinds with an owner: further viewers of a record (viewer.ts). */
  sharing?: SharingRule<R>;
  derivedVisibility?: DerivedVisibilityRule<R>;
  /**
   * The field with the id of another record of any kind. Users who see that record see this one, independent of its owner. The kind's own
   * verbs check that the other record still exists.
   */
  visibleWith?: keyof R & string;
  /** The user who sees this record although that record may be hidden from them; null if there is none. It depends on fields of the row. */
  openTo?: (record: R) => string | null;
  /** That record may be private, so that even users who see all records do not see all of these. */
  visibleWithPrivate?: true;
  /** Reference fields: users who see this record are told the names of the records behind them, also of records that they do not see. */
  disclosedNames?: readonly (keyof R & string)[];
  /** Private records: visible only to these users and to administrators. */
  privacy?: PrivacyRule<R>;
  visibilityGrant?: VisibilityGrantRule<R>;
  /** Fields with required references: a deleted record can be restored only if these records exist. */
  requiredReferences?: readonly (keyof R & string)[];
  /** Ids of attachments that the record shows. They cannot be deleted while it does. */
  attachmentIds?: (record: R) => readonly string[];
  /** The field that names the parent record. Records are counted by parent; lists use `by_related` or the parent's collection. */
  parent?: keyof R & string;
  /** Further counters that include the record. Their names must depend only on values that never change, such as the day of an event. */
  extraCounters?: (record: R) => readonly string[];
  /** Further counters with their own numbers. They follow the changes of the record, and only `sums` changes them. */
  sums?: (record: R) => CounterSums;
  /** Fields of free text that are used in keys, as a hash of the folded text. */
  hashedTextFields?: readonly (keyof R & string)[];
  /** Equality filters of lists. Each value is counted. */
  filters?: Record<string, Filter<R>>;
  /** Lower bounds of lists on a whole number from 0 to 100, served by an index in this order, and counted. */
  ranges?: Record<string, Filter<R> & { index: IndexName }>;
  /** The fields of the row that lists can filter, if not all of them (read/filter.ts). */
  filterableFields?: readonly (keyof R & string)[];
  /** The field from whose instants ids are built; `created_at` by default. Filters on it limit partitions in order of time. */
  timeField?: keyof R & string;
  /**
   * Orders by a field without an index, kept as entries by the stream consumer. Records without a value are left out. Exactly the records
   * with a value pass the given filter, which counts them.
   */
  entryOrders?: Partial<Record<keyof R & string, readonly [filter: string, value: string]>>;
  /** Orders of lists, in addition to `created_at`. */
  sorts?: Record<string, IndexName>;
  /** Fields that are lists of objects and are stored without the members that have their usual value. */
  packedLists?: Partial<Record<keyof R & string, PackedList>>;
  /** Values of fields that stored records lack; null by default. An empty list is not stored if it is the value of its field here. */
  missingValues?: Readonly<Partial<R>>;
  /** Fields of the row that are computed from its other fields on each read, and never stored. */
  computed?: { readonly [K in keyof R & string]?: (row: R) => R[K] };
  /**
   * Further index entries of the record, each with its row, built from fields of the row and written in the same transaction
   * (storage/table/extra-index.ts). `since` is the first shape whose records have them.
   */
  extraIndex?: { of: (record: R) => readonly ExtraIndexEntry[]; since: number };
  /** For kinds without an owner: whether every user who may read the kind sees the record. The tags of other records are not counted. */
  isTagCounted?: (record: R) => boolean;
  /** The words by which a search finds the record, from fields of the row. */
  searchWords?: (record: R) => readonly string[];
  /** Fields with nested detail, in which tenants can declare search paths. */
  detail?: Partial<Record<keyof R & string, DetailDocument>>;
  /** Old records move to the object store. */
  archive?: ArchiveRule<R>;
  /** Returns the declarations of search paths. */
  pathDeclarationSources?: readonly PathDeclarationSource[];
  /** For kinds with custom fields: how their values are stored and shown in `custom_fields`. */
  customFields?: CustomFieldAdapter;
  /** For kinds that handle the values of custom fields in their own code: the fields by which lists filter and sort. */
  customListFields?: CustomFieldAdapter["listFields"];
  /** For kinds with versions: the field with the id of the first version. Versions of one record may share a unique value. */
  seriesField?: keyof R & string;
  /**
   * Events of changes in addition to created, updated, deleted, restored and removed, by name. `before` is undefined at creation. Events
   * are published in this order.
   */
  events?: Readonly<Record<string, (after: R, before: R | undefined) => boolean>>;
  /**
   * Instants at which the record is due, by name; null if never. When one is reached, the sweep publishes `<kind>.<name>_due` to its
   * listener (docs/storage/clocks.md).
   */
  clocks?: Readonly<Record<string, (record: R) => string | null>>;
  /** Clocks that may be due for very many records at one instant and need not be exact to the minute. They do not delay other clocks. */
  bulkClocks?: readonly string[];
  sensitivity?: Sensitivity;
  /** Fields whose values are masked in audit entries. */
  secret?: readonly (keyof R & string)[];
  /** Bookkeeping fields that are left out of responses, files and audit entries. */
  internal?: readonly (keyof R & string)[];
  /** Fields that background work moves on with the rights of a user. A change of these alone, without a session, is one by the system. */
  progress?: readonly (keyof R & string)[];
  /** The field with the values that the vault sealed for the record's id (`Sealed | null`). It must be `internal` too. */
  sealed?: keyof R & string;
  /** The permission to see sealed values of the detail. Without it, no user sees them. */
  unsealPermission?: Permission;
  /**
   * Migrations by position; never edit one. The first converts the kind's `oldestShape` to the next shape. The last one that follows gives
   * the `shape` of the kind.
   */
  migrations?: readonly ((stored: Item) => Item)[];
  /** The form that the release before reads, which this release writes until the table is switched (written-shapes.ts). */
  formerForm?: FormerForm<R>;
  /**
   * A further step of the migration job for records of an earlier shape, which may read and write other records in the same transaction. A
   * record that is changed before the job reaches it is migrated by `migrations` alone; the job still processes it if `needsMigration`
   * returns true. `shape` is the shape in which the record is stored.
   */
  migrateRecord?: (record: R, tx: MigrationTransaction, shape: number) => Promise<R>;
  /** Returns whether a record of this shape still needs `migrateRecord`. */
  needsMigration?: (record: R) => boolean;
}

/** How the release before stored a kind, as far as this release stores it differently. */
interface FormerForm<R> {
  /** The shape that the release before wrote. */
  shape: number;
  /** The columns that this release has appended. The former row lacks them, so the document has their values. */
  appendedColumns?: readonly (keyof R & string)[];
  /** Fields that the release before does not know. It would lose them at its next write, so a value of them is refused until the switch. */
  newFields?: readonly (keyof R & string)[];
  /** Whether lists were stored with all members, and empty lists too. */
  hasPlainLists?: true;
}

type DefinitionHolder<R extends BaseRecord> = { definition: Definition<R> };

/** Returns the nested detail that the release declares, by field. */
export const declaredDetail = <R extends BaseRecord>({ definition }: DefinitionHolder<R>): Record<string, DetailDocument> =>
  (definition.detail ?? {}) as Record<string, DetailDocument>;

/** Like `declaredDetail`, with the documents of the tenant by their path: `product_data.pet`. */
export async function loadTenantDetail<R extends BaseRecord>(
  collection: DefinitionHolder<R>,
): Promise<Record<string, DetailDocument>> {
  const parts = Object.entries(declaredDetail(collection)).map(async ([field, detail]): Promise<[string, DetailDocument][]> => {
    const documents = Object.entries((await detail.tenantDocuments?.()) ?? {});
    return detail.tenantDocuments ? documents.map(([name, document]) => [`${field}.${name}`, document]) : [[field, detail]];
  });
  return Object.fromEntries((await Promise.all(parts)).flat());
}

/** Returns the sealed values of documents, by path. */
const collectSealings = (detail: Readonly<Record<string, DetailDocument>>): Record<string, Sealing> =>
  Object.fromEntries(
    Object.entries(detail).flatMap(([path, { sealing }]) => (sealing && sealing.names.length > 0 ? [[path, sealing]] : [])),
  );

/** Returns the sealed values that the release declares, which are the same for every tenant. */
export const declaredSealings = <R extends BaseRecord>(collection: DefinitionHolder<R>): Record<string, Sealing> =>
  collectSealings(declaredDetail(collection));

/** Returns the sealed values, including those of the tenant's schemas. */
export const loadTenantSealings = async <R extends BaseRecord>(
  collection: DefinitionHolder<R>,
): Promise<Record<string, Sealing>> => collectSealings(await loadTenantDetail(collection));

const optionalVersionShape = {
  version: baseShape.version.optional(),
  updated_at: baseShape.updated_at.optional(),
  updated_by: baseShape.updated_by.optional(),
} satisfies Record<VersionField, z.ZodType>;

/** Builds the schema of records in lists: version fields are present only if the caller asks for them. */
export const withOptionalVersionFields = <S extends z.ZodRawShape>(schema: z.ZodObject<S>) => schema.extend(optionalVersionShape);

type FieldSelection = Record<string, true> & Record<number, never>;
const selectFields = (fields: readonly string[]) => Object.fromEntries(fields.map((field) => [field, true])) as FieldSelection;

/** Builds the schema of a list's rows. Long texts, like version fields, are present only if the caller asks for them. */
export const rowSchema = <S extends z.ZodObject>(schema: S, row: readonly string[], longTexts: readonly string[] = []) =>
  withOptionalVersionFields(
    schema.pick(selectFields(row)).extend(schema.pick(selectFields(longTexts)).partial().shape) as z.ZodObject<{
      [K in keyof S["shape"]]: z.ZodOptional<S["shape"][K]>;
    }>,
  );

export { NONE } from "./key.ts";

/** A kind of record in the table. Create one for each kind, in the folder of its domain. */
export class Collection<R extends BaseRecord> {
  readonly definition: Definition<R>;
  readonly kind: Kind;
  /** The name of the kind, as used in keys, events and the audit trail. */
  readonly name: string;
  readonly fields: readonly string[];
  readonly row: ReadonlySet<string>;
  /** The columns of a stored row. The id is in the key of the row instead. */
  readonly columns: readonly string[];
  /** The version of the stored shape that this release writes. */
  readonly shape: number;
  readonly keys = new EntityKeys(() => this.entity);
  readonly #types = new Map<string, FieldType>();
  /** Values of fields that stored records of earlier releases lack: tags are empty lists, other fields are null by default. */
  readonly #missing: Item;
  readonly #formerColumns: readonly string[];
  readonly #rowFields: readonly string[];
  readonly #docFields: readonly string[];
  /** Fields that are stored as nothing if they are an empty list. */
  readonly #emptyLists: readonly string[];
  #entity: RecordEntity | undefined;

  constructor(definition: Definition<R>) {
    this.definition = definition;
    this.kind = definition.kind;
    this.name = definition.kind.name;
    this.fields = [...new Set([...baseFields, ...Object.keys(definition.schema.shape)])].filter(
      (field) => !derivedFields.has(field) && !Object.hasOwn(definition.computed ?? {}, field),
    );
    const rowBaseFields = baseFields.filter((field) => !isVersionField(field));
    this.row = new Set([...rowBaseFields, ...definition.row]);
    const { columns = definition.row, computed = {} } = definition;
    this.columns = [...new Set([...rowBaseFields, ...columns])].filter(
      (field) => field !== "id" && !Object.hasOwn(computed, field),
    );
    this.shape = (definition.migrations?.length ?? 0) + this.kind.oldestShape;
    const { appendedColumns = [] } = definition.formerForm ?? {};
    this.#formerColumns = this.columns.filter((column) => !(appendedColumns as readonly string[]).includes(column));
    const untagged = Object.fromEntries(listTagFields(definition.schema.shape).map((field) => [field, []]));
    this.#missing = { ...untagged, ...definition.missingValues };
    this.#rowFields = this.fields.filter((field) => this.row.has(field));
    this.#docFields = this.fields.filter((field) => !this.row.has(field));
    this.#emptyLists = this.#docFields.filter((field) => (this.#missing[field] as unknown[] | undefined)?.length === 0);
    const { sealed } = definition;
    if (sealed !== undefined && (this.row.has(sealed) || !definition.indexes.by_time))
      throw new Error(`${definition.kind.name}: sealed values must not be in lists, and key rotation requires the index by_time`);
    requireArchivable(definition);
    loadedCollections.set(this.name, this as Collection<BaseRecord>);
  }

  /** Built on first use, because a cold start needs only the names of most kinds. */
  get entity(): RecordEntity {
    this.#entity ??= buildEntity(this.definition);
    return this.#entity;
  }

  /** The former form, if records are to be written in it: the release before may still read them. */
  get #formerForm(): FormerForm<R> | undefined {
    const { formerForm } = this.definition;
    return formerForm && !isSwitched(this) ? formerForm : undefined;
  }

  /** The shape in which records are written now. */
  get writtenShape(): number {
    return this.#formerForm?.shape ?? this.shape;
  }

  /** Returns the item that stores the record. `context` is the writer, for the audit trail. */
  toItem(tenant: string, record: R, context: string): Item {
    const life = record.deleted_at ? "deleted" : "live";
    const identity = { tenant_id: tenant, collection: collectionKeyPart(record.id), id: record.id };
    const keys = this.keys.buildItemKeys(life, { ...identity, ...this.keyFacets(record) });
    return { version: record.version, shape: this.writtenShape, life, ...this.serialize(record), context, ...keys };
  }

  /** Serializes a record: the row, which lists show, and the rest. */
  serialize(record: R): { row: string; doc: string } {
    const former = this.#formerForm;
    if (former) return this.#serializeFormerForm(record, former);
    const row = this.#filledOf(record, this.#rowFields);
    const doc = this.#filledOf(record, this.#docFields);
    for (const field of this.#emptyLists) if ((doc[field] as unknown[] | undefined)?.length === 0) delete doc[field];
    return { row: formatRow(this.columns, row), doc: JSON.stringify(this.#mapLists(doc, packList)) };
  }

  #serializeFormerForm(record: R, { appendedColumns = [], newFields = [], hasPlainLists }: FormerForm<R>) {
    for (const field of newFields)
      if ((record[field] ?? null) !== null)
        throw conflict(
          `${field} of ${this.name} is new in this release and cannot be stored yet: the release before may still run. Leave it out until the operator has run the command migrate.`,
        );
    const row = this.#filledOf(record, this.#rowFields);
    const doc = this.#filledOf(record, [...this.#docFields, ...appendedColumns]);
    if (!hasPlainLists)
      for (const field of this.#emptyLists) if ((doc[field] as unknown[] | undefined)?.length === 0) delete doc[field];
    const stored = hasPlainLists ? doc : this.#mapLists(doc, packList);
    return { row: formatRow(this.#formerColumns, row), doc: JSON.stringify(stored) };
  }

  /** Returns the document with its packed lists packed or unpacked. */
  #mapLists(doc: Item, map: typeof packList): Item {
    const { packedLists } = this.definition;
    if (!packedLists) return doc;
    const lists = Object.entries<PackedList | undefined>(packedLists);
    const mapped = lists.flatMap(([field, packed]) => (packed && doc[field] ? [[field, map(packed, doc[field] as Item[])]] : []));
    return mapped.length === 0 ? doc : { ...doc, ...Object.fromEntries(mapped) };
  }

  /** Returns the row's values as text for digests, independent of the stored row format. */
  rowDigestText(record: R): string {
    const { appendedColumns = [] } = this.#formerForm ?? {};
    const row = this.#filledOf(record, this.#rowFields);
    for (const field of appendedColumns) delete row[field];
    return JSON.stringify(row);
  }

  #filledOf(record: R, fields: readonly string[]): Item {
    const filled: Item = {};
    for (const field of fields) {
      const value = (record as Item)[field];
      if (value !== null && value !== undefined) filled[field] = value;
    }
    return filled;
  }

  fromItem(item: Item): R {
    const row = parseRow(this.columns, { key: String(item.sk), row: item.row });
    const stored = { ...row, ...this.#mapLists(JSON.parse(String(item.doc)) as Item, unpackList) };
    const record = this.#filled(this.#migrated(stored, Number(item.shape)), this.fields);
    if (Number(item.shape) < (this.definition.extraIndex?.since ?? 0)) recordsBeforeExtraIndex.add(record);
    return markArchived(record, item);
  }

  /** Whether old records of the kind move to the object store and leave a stub. */
  get isArchived(): boolean {
    return this.definition.archive?.objects === "records";
  }

  /** Returns the record's extra index entries; none for a deleted record, or for one that a release without such entries wrote. */
  extraIndexEntries(record: R): readonly ExtraIndexEntry[] {
    return record.deleted_at || recordsBeforeExtraIndex.has(record) ? [] : (this.definition.extraIndex?.of(record) ?? []);
  }

  /** Returns the extra index entries to write with a record. The former form may have none. */
  newExtraIndexEntries(record: R): readonly ExtraIndexEntry[] {
    const { extraIndex } = this.definition;
    return record.deleted_at || !extraIndex || this.writtenShape < extraIndex.since ? [] : extraIndex.of(record);
  }

  /** Parses the row that indexes project, whichever release wrote it. It has no version fields. */
  fromRow(row: Row): R {
    return this.#filled(parseRow(this.columns, row), this.row);
  }

  /** The fields that lists show only if the caller names them. They are read from the records. */
  get includableFields(): readonly [string, ...string[]] {
    const { longTexts = [], schema, pathDeclarationSources } = this.definition;
    const hasCustomFields = pathDeclarationSources !== undefined && Object.hasOwn(schema.shape, CUSTOM_FIELDS);
    return [...versionFields, ...longTexts, ...(hasCustomFields ? [CUSTOM_FIELDS] : [])];
  }

  /** Reduces a whole record to the row that a list shows, with the requested further fields. */
  toRow(record: R, include: readonly string[] = []): R {
    return Object.fromEntries([...this.row, ...include].map((field) => [field, record[field as keyof R]])) as unknown as R;
  }

  #filled(stored: Item, fields: Iterable<string>): R {
    const record: Item = {};
    for (const field of fields) record[field] = stored[field] ?? this.#missing[field] ?? null;
    return this.applyComputed(record as R);
  }

  /** Sets the computed fields of a record. Call it only for a record that no other code holds yet. */
  applyComputed(record: R): R {
    const { computed } = this.definition;
    if (!computed) return record;
    const values = (Object.entries(computed) as [string, (row: R) => unknown][]).map(([field, compute]) => [
      field,
      compute(record),
    ]);
    return Object.assign(record, Object.fromEntries(values));
  }

  #migrated(stored: Item, shape: number): Item {
    const { oldestShape } = this.kind;
    if (shape < oldestShape)
      throw new Error(
        `A record of ${this.name} has shape ${shape}, but this release reads shape ${oldestShape} or later: run the migration of the release before`,
      );
    const steps = this.definition.migrations ?? [];
    return steps.slice(shape - oldestShape).reduce((record, step) => step(record), stored);
  }

  /** Returns the id that all versions of a record share; undefined for kinds without versions. */
  seriesId(record: R): string | undefined {
    const { seriesField } = this.definition;
    return seriesField === undefined ? undefined : String(record[seriesField]);
  }

  /** Returns the values for index keys; NONE for empty ones, which sparse indexes leave out. */
  keyFacets(record: R): Record<string, string> {
    const facets: Record<string, string> = {};
    for (const [index, use] of Object.entries(this.definition.indexes) as [IndexName, IndexUse<R>][]) {
      for (const field of [use.field, use.splitBy?.field]) if (field) facets[field] = this.#facetOf(field, record);
      if (use.sort) facets[`${index}_of`] = use.sort(record) ?? NONE;
    }
    if (hasChangeIndex(this.definition)) facets.changed_on = record.updated_at.slice(0, 10);
    if (this.definition.clocks) {
      const { recordEntry } = this.dueEntries(record);
      Object.assign(facets, { due_bucket: recordEntry?.bucket ?? NONE, due_of: recordEntry?.at ?? NONE });
    }
    return facets;
  }

  /** Returns the instants of the clocks that are set; none for a deleted record. */
  clockInstants(record: R): Readonly<Record<string, string>> {
    if (record.deleted_at) return {};
    const instants = Object.entries(this.definition.clocks ?? {}).map(
      ([name, readInstant]) => [name, readInstant(record)] as const,
    );
    return Object.fromEntries(instants.filter((entry): entry is readonly [string, string] => !!entry[1]));
  }

  /** Returns the record's entries in the index `due` (due-index.ts). */
  dueEntries(record: R): ReturnType<typeof computeDueEntries> {
    return computeDueEntries(record.id, this.clockInstants(record), this.definition.bulkClocks ?? [], Clock.now());
  }

  /** Returns the value of a filter as keys and counters store it; undefined if the filter's index leaves the record out. */
  facet({ index, field }: Filter<R>, record: R): string | undefined {
    const facet = this.#facetOf(field, record);
    const leaves = index === undefined || this.definition.indexes[index]?.sparse;
    return facet === NONE && leaves ? undefined : facet;
  }

  #facetOf(field: keyof R & string, record: R): string {
    const value = record[field];
    return isEmpty(value) ? NONE : requireKeyPart(this.facetFor(field, value));
  }

  /** Encodes a value of a field for keys, counters and filters: free text as a hash, numbers as sortable text. */
  facetFor(field: string, value: unknown): string {
    if (this.definition.hashedTextFields?.some((hashed) => hashed === field)) return textFacet(String(value));
    const type = this.#types.get(field) ?? storedFieldType(this.definition.schema.shape[field]);
    this.#types.set(field, type);
    return toSortKey(type, value);
  }

  /** Returns the partitions with all live or all deleted records, in order of time. */
  allPartitions(life: "live" | "deleted"): { index: "by_time"; facets: Item }[] {
    const { field, values = [] } = this.definition.indexes.by_time ?? {};
    if (field === undefined) return [{ index: "by_time", facets: { life } }];
    return [...values, NONE].map((value) => ({ index: "by_time", facets: { life, [field]: value } }));
  }

  /** Returns the partition with the archived records that a partition of the table lacks; undefined if there can be none. */
  archivePartition({ index, facets, from }: ArchiveSource): ArchivePartition | undefined {
    if (!this.isArchived || !(index in this.definition.indexes) || facets.life === "deleted") return undefined;
    if (from !== undefined && !mayBeArchived(this.kind, from)) return undefined;
    const { life: _life, ...values } = facets;
    return this.#isArchiveIndex(index as IndexName) ? { index: "archive", facets: values } : undefined;
  }

  /** Whether a partition and its archive partition have all records. Records in the collection of a person have stubs there. */
  isComplete({ index, facets }: ArchiveSource): boolean {
    const isWhole = !this.isArchived || index === "record" || index === "archive" || facets.life === "deleted";
    return isWhole || (index in this.definition.indexes && this.#isArchiveIndex(index as IndexName));
  }

  #isArchiveIndex(index: IndexName): boolean {
    const { indexes, archive } = this.definition;
    const { field, sort } = indexes[index] ?? {};
    return !sort && (field === undefined ? index === "by_time" : (archive?.lookupFields ?? []).includes(field));
  }

  /** Returns the partitions with the children of a record, in order of time. */
  childPartitions(parent: string): { index: IndexName | "record" | "entry" | "archive"; facets: Item }[] {
    const field = this.definition.parent;
    return field === undefined ? [] : [{ index: "by_related", facets: { [field]: parent } }];
  }

  ownerId(record: R): string | undefined {
    const { owner } = this.definition;
    return owner === undefined ? undefined : toFacet(record[owner]);
  }

  /** Returns the counters of a record, except the counter of all. */
  counterScopes(record: R): string[] {
    const { owner, parent, filters = {}, extraCounters, privacy } = this.definition;
    const above = [owner, parent].flatMap((field) => (field === undefined ? [] : [toFacet(record[field])]));
    const hidden =
      privacy && record[privacy.field] ? [privateScope(), ...(parent ? [privateScope(toFacet(record[parent]))] : [])] : [];
    const separate = Object.entries(filters).flatMap(([name, filter]) => {
      const value = filter.hasOwnCounters && this.facet(filter, record);
      return value === undefined || value === NONE ? [] : [separateScope(name, value)];
    });
    return [...above, ...hidden, ...separate, ...(extraCounters?.(record) ?? [])];
  }

  /** Returns the sort value of a record in each entry order; none for a deleted record. */
  entryOrderKeys(record: R): Record<string, string> {
    const values = Object.keys(record.deleted_at ? {} : (this.definition.entryOrders ?? {})).map(
      (field) => [field, record[field as keyof R]] as const,
    );
    return Object.fromEntries(values.filter((entry): entry is readonly [string, R[keyof R] & string] => !!entry[1]));
  }

  /** Returns the tags of a record by tag key; none for a deleted record. */
  tagsByKey(record: R | undefined): ReadonlyMap<string, string> {
    if (!record || record.deleted_at) return new Map();
    const tags = listTagFields(this.definition.schema.shape).flatMap((field) => (record as Item)[field] as string[]);
    return new Map(tags.map((tag) => [tagKey(tag), tag]));
  }

  /** Whether tags of the kind are counted. */
  get countsTags(): boolean {
    const { schema, visibleWith, privacy, derivedVisibility } = this.definition;
    return listTagFields(schema.shape).includes("tags") && !visibleWith && !privacy && !derivedVisibility;
  }

  /** Whether tags are counted by viewer. If other records decide who sees a record, only the count of all records is known. */
  get countsTagsByViewer(): boolean {
    return this.countsTags && this.definition.subject === undefined;
  }

  /** Whether a search finds records by their tags. Only if the owner alone decides who sees a record. */
  get searchesTags(): boolean {
    return this.countsTags && this.definition.owner !== undefined && !this.definition.sharing;
  }

  /** Returns what a record adds to the counters of `sums`; nothing if it is deleted. */
  counterSums(record: R): CounterSums {
    return (record.deleted_at ? undefined : this.definition.sums?.(record)) ?? noCounterSums;
  }
}

/** A partition of the table, as far as it decides which archived records complete it. */
interface ArchiveSource {
  index: IndexName | "record" | "entry" | "archive";
  facets: Item;
  from?: string | undefined;
}

interface ArchivePartition {
  index: "archive";
  facets: Item;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns the id before which records may be archived. */
export const archiveBound = (kind: Kind): string => minIdAt(kind, Math.max(0, Clock.ms() - MIN_ARCHIVE_DAYS * DAY_MS));

/** Returns whether records from an id on may be archived. A tenant that is too young has no archived records. */
export const mayBeArchived = (kind: Kind, from = ""): boolean =>
  from < archiveBound(kind) && idTime(useTenant()) < Clock.ms() - MIN_UNCHANGED_DAYS * DAY_MS;

/** An archived record has no entries besides its item, its checkpoint, its words and its tags. */
function requireArchivable<R extends BaseRecord>(definition: Definition<R>): void {
  const { kind, archive, indexes, sharing, derivedVisibility, entryOrders, clocks, extraIndex, sealed, detail } = definition;
  if (archive?.objects !== "records") return;
  const entries = { sharing, derivedVisibility, entryOrders, clocks, extraIndex, sealed, detail };
  const [entry] = Object.entries(entries).flatMap(([name, value]) => (value === undefined ? [] : name));
  if (entry !== undefined || indexes.by_time?.field !== undefined)
    throw new Error(`${kind.name}: records with ${entry ?? "a split index by_time"} cannot be archived`);
}

/** Records that were read in a shape without extra index entries. */
const recordsBeforeExtraIndex = new WeakSet<object>();

/** Computed for readers, never stored. */
const derivedFields = new Set(["links"]);

/** The collections that this process has loaded, by kind (collection-registry.ts loads others). */
export const loadedCollections = new Map<string, Collection<BaseRecord>>();

/** Returns the counter of one value of a separately counted filter. */
export const separateScope = (filter: string, value: string): string => `${filter}=${value}`;

/** Returns the counter of private records: of all, or of the children of one record. */
export const privateScope = (parent?: string): string => (parent === undefined ? "private" : `private@${parent}`);

/** Encodes free text for keys. */
export const textFacet = (text: string): string => (text.trim() === "" ? NONE : hashTexts(fold(text.trim())));

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "";
const toFacet = (value: unknown): string => (isEmpty(value) ? NONE : requireKeyPart(String(value)));

/** Base fields are text. */
const storedFieldType = (schema: z.ZodType | undefined): FieldType => (schema ? resolveFieldType(valueSchema(schema)) : "text");

/** Formats a number as text that sorts like it: `pad(7, 3)` is `007`. */
export const pad = (value: number, digits: number): string => String(Math.max(0, Math.trunc(value))).padStart(digits, "0");

const placeholder = (name: string): string => `\${${name}}`;

/** Returns whether lists can find records of the kind by their last change. */
export const hasChangeIndex = ({ kind, indexes }: ChangeIndexed): boolean => !kind.isDerived && !!indexes.by_time;

/** What decides whether a kind has the index: the same in the definition of every kind. */
export interface ChangeIndexed {
  readonly kind: Pick<Kind, "isDerived">;
  readonly indexes: { readonly by_time?: unknown };
}

type AnySchema = Schema<string, string, string>;

/** Builds the ElectroDB entity of a kind: keys by template, letter case preserved, and indexes with conditions. */
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
    const requiredFields = [...(use.sparse ? field : []), ...sort];
    const partitionFields = [...(index === "by_time" ? ["life"] : []), ...field, ...split];
    const parts = partitionFields.map((name) => `#${placeholder(name)}`).join("");
    indexes[index] = {
      index,
      condition: (item) => (index === "by_time" || item.life === "live") && requiredFields.every((field) => item[field] !== NONE),
      pk: {
        field: index,
        composite: ["tenant_id", ...partitionFields],
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

/** Finds the largest field of a record, to name it in the error for a record that does not fit into one item. */
export function findLargestField(record: object): { field: string; bytes: number } {
  const sizes = Object.entries(record).map(([field, value]) => ({
    field,
    bytes: Buffer.byteLength(JSON.stringify(value) ?? ""),
  }));
  return sizes.reduce((largest, size) => (size.bytes > largest.bytes ? size : largest), { field: "", bytes: 0 });
}

/** Maximum bytes of a record; the rest of the item is for keys, indexes and context. */
export const MAX_RECORD_BYTES = dynamodbLimits.item - 16 * 1024;
