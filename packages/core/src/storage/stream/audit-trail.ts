import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { actor } from "../../kernel/actor.ts";
import { collectBytes } from "../../kernel/bytes.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { idTime, versionId } from "../../kernel/id.ts";
import { aboutPerson, aboutUser, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { instant, oneOf, text } from "../../kernel/schema.ts";
import { AUDIT } from "../../platform/audit/audit.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, type DetailDocument, declaredDetail, indexBy, versionFields } from "../table/collection.ts";
import { findKindById } from "../table/collection-registry.ts";
import { historyPartitions } from "../table/history-collection.ts";
import type { Item } from "../table/item.ts";
import { objectKey } from "../table/object-key.ts";
import type { Row as StoredRow } from "../table/row.ts";
import { redactDocument, redactMasks } from "../vault/sealed-detail.rules.ts";
import { listChangedFields } from "../write/records.ts";
import { actorTypes, classifyActor, isBookkeepingChange } from "./audit-actor.rules.ts";
import { MIN_RETENTION_DAYS } from "./audit-retention.ts";
import type { RecordChange } from "./record-change.ts";

/**
 * The audit trail: an entry for each version of each record, with the values before the change. The values after the change come from the
 * next entry or from the record (audit-values.ts), so that each value is stored once. The entries of a record are a collection of their
 * own, which follows from the record's id. One index has all entries in order of time.
 */
export const AuditEntry = z.object({
  record_id: personalData("reference", z.string()),
  record_type: personalData("none", z.string()),
  operation: personalData("actor:behavior", oneOf(["INSERT", "UPDATE", "DELETE"])),
  /** The values of the changed fields before and after; null values are left out. */
  old_values: z.record(z.string(), z.unknown()).nullable(),
  new_values: z.record(z.string(), z.unknown()).nullable(),
  changed: personalData("none", z.array(z.string())),
  record_version: z.number().int(),
  user_id: actor(),
  actor_type: oneOf(actorTypes).describe(
    "automation: workflows, sends, batches, imports and bulk changes, for the user of `user_id`. system: jobs, forms and public pages, and changes of bookkeeping fields alone",
  ),
  session_id: personalData("actor:technical", z.string().nullable()),
  request_id: personalData("actor:technical", z.string()),
  ip_address: personalData("actor:technical", z.string().nullable()),
  user_agent: personalData("actor:technical", text(256).nullable()),
  change_reason: z.string().nullable(),
  customer_id: personalData("reference", z.string().nullable()),
  data_sensitivity: oneOf(["public", "internal", "confidential", "restricted"]),
  changed_at: personalData("actor:behavior", instant()),
});

export type AuditEntry = z.output<typeof AuditEntry> & BaseRecord;

/** A stored entry. `valueStorage` is set if it was read as a whole item. */
export interface StoredAuditEntry extends AuditEntry {
  valueStorage?: {
    /** Whether it also stores the values after the change, as entries of earlier releases do. */
    both: boolean;
    /** The fields whose old values are in an object, and the object's SHA-256. */
    elsewhere: { fields: readonly string[]; sha256: string } | null;
  };
}

/**
 * Bytes of old values above which they are compressed, and bytes of compressed values above which long values move to the object store.
 * Short values stay in the item.
 */
const MAX_PLAIN_BYTES = 800;
const MAX_COMPRESSED_BYTES = 32 * 1024;
const MAX_SHORT_VALUE_LENGTH = 256;

/** The row as a tuple: field names would be half of its size, and the index stores it again. */
type AuditRow = [
  ms: number,
  record_id: string,
  record_type: string,
  operation: AuditEntry["operation"],
  record_version: number,
  user_id: string,
  request_id: string,
  changed: string[],
  data_sensitivity: AuditEntry["data_sensitivity"],
  /** Set if a user or an API key changed bookkeeping fields alone. */
  is_bookkeeping?: 1,
];

/** The other fields of an entry, except its values. */
type AuditRest = [
  session_id: string | null,
  ip_address: string | null,
  user_agent: string | null,
  change_reason: string | null,
  customer_id: string | null,
];

class AuditCollection extends Collection<StoredAuditEntry> {
  /** Leaves out what follows from the id, and what is the same in all entries. */
  override toItem(tenant: string, entry: StoredAuditEntry): Item {
    const { pk, sk, id, by_time, life, row, doc, __edb_e__ } = super.toItem(tenant, entry, "");
    return { pk, sk, id, by_time, life, row, doc, __edb_e__, ...packOldValues(entry) };
  }

  override serialize(entry: StoredAuditEntry): { row: string; doc: string } {
    const { record_id, record_type, operation, record_version, user_id, request_id, changed, data_sensitivity } = entry;
    const { session_id, ip_address, user_agent, change_reason, customer_id } = entry;
    const ms = Date.parse(entry.changed_at);
    const row: AuditRow = [ms, record_id, record_type, operation, record_version, user_id, request_id, changed, data_sensitivity];
    if (entry.actor_type === "system" && readActorType(entry) !== "system") row.push(1);
    const rest: AuditRest = [session_id, ip_address, user_agent, change_reason, customer_id];
    return { row: JSON.stringify(row), doc: JSON.stringify(rest) };
  }

  override fromItem(item: Item): StoredAuditEntry {
    if (!isTupleRow(item.row)) return { ...super.fromItem(item), valueStorage: { both: true, elsewhere: null } };
    const [session_id, ip_address, user_agent, change_reason, customer_id] = JSON.parse(String(item.doc)) as AuditRest;
    const rest = { session_id, ip_address, user_agent, change_reason, customer_id };
    const [sha256, ...fields] = item.elsewhere === undefined ? [] : String(item.elsewhere).split(" ");
    const elsewhere = sha256 === undefined ? null : { fields, sha256 };
    return {
      ...parseAuditRow(item.row),
      ...rest,
      old_values: unpackOldValues(item.old),
      valueStorage: { both: false, elsewhere },
    };
  }

  override fromRow(stored: StoredRow): StoredAuditEntry {
    return isTupleRow(stored.row) ? this.toRow(parseAuditRow(stored.row)) : super.fromRow(stored);
  }

  override childPartitions(record: string): ReturnType<Collection<StoredAuditEntry>["childPartitions"]> {
    return [
      ...historyPartitions(record, AUDIT),
      ...(mayBeArchived(idTime(record)) ? [{ index: "archive" as const, facets: { record } }] : []),
    ];
  }

  override archivePartition({
    index,
    from,
  }: Parameters<Collection<StoredAuditEntry>["archivePartition"]>[0]): ReturnType<
    Collection<StoredAuditEntry>["archivePartition"]
  > {
    return index === "by_time" && from !== undefined && mayBeArchived(idTime(from))
      ? { index: "archive", facets: {} }
      : undefined;
  }
}

/** Returns whether entries of this time may have moved to the object store. */
const mayBeArchived = (ms: number): boolean => ms < Clock.ms() - MIN_RETENTION_DAYS * 24 * 60 * 60 * 1000;

function parseAuditRow(row: unknown): StoredAuditEntry {
  const read = JSON.parse(String(row)) as AuditRow;
  const [
    ms,
    record_id,
    record_type,
    operation,
    record_version,
    user_id,
    request_id,
    changedFields,
    data_sensitivity,
    isBookkeeping,
  ] = read;
  const changedAt = new Date(ms).toISOString();
  const fields = {
    record_id,
    record_type,
    operation,
    record_version,
    user_id,
    request_id,
    changed: changedFields,
    data_sensitivity,
  };
  const rest = { session_id: null, ip_address: null, user_agent: null, change_reason: null, customer_id: null };
  return {
    ...buildBase(entryId(record_id, record_version, changedAt), changedAt, user_id),
    ...fields,
    actor_type: isBookkeeping ? "system" : readActorType(fields),
    changed_at: changedAt,
    ...rest,
    ...NO_VALUES,
  };
}

/** Returns whose change an entry is, as far as its row says it without a mark. */
const readActorType = (entry: Pick<AuditEntry, "user_id" | "operation" | "changed" | "request_id">): AuditEntry["actor_type"] =>
  isBookkeepingChange(entry) ? "system" : classifyActor(entry.user_id, isWorkRequest(entry.request_id));

/** Returns whether a request is the id of a record that does work for users. */
const isWorkRequest = (request: string): boolean => findKindById(request)?.work !== undefined;

/** Rows of earlier releases are objects. */
const isTupleRow = (row: unknown): boolean => String(row).startsWith("[");

const NO_VALUES = { old_values: null, new_values: null };

const buildBase = (id: string, time: string, actorId: string): BaseRecord => ({
  id,
  version: 1,
  created_at: time,
  created_by: actorId,
  updated_at: time,
  updated_by: actorId,
  deleted_at: null,
});

export const AuditTrail = new AuditCollection({
  kind: AUDIT,
  schema: AuditEntry,
  personalData: {
    purpose: "Prove who changed which data, and when (accountability, Art. 5(2) GDPR).",
    subject: aboutPerson(reachAny("record_id"), reach("customer_id", CUSTOMER)),
    others: { actor: aboutUser(reach("user_id", USER)) },
    retention: "90 days in the table (`CRM_AUDIT_DAYS`), then in the object store without limit.",
  },
  row: [
    "record_id",
    "record_type",
    "operation",
    "changed",
    "record_version",
    "user_id",
    "actor_type",
    "request_id",
    "data_sensitivity",
    "changed_at",
  ],
  computed: { actor_type: readActorType },
  indexes: { by_time: indexBy() },
  parent: "record_id",
  archive: { objects: "audit" },
  filterableFields: ["user_id", "actor_type", "record_type", "operation", "changed_at"],
  timeField: "changed_at",
});

/** Returns the id of the entry of a version that was written at the instant `at`. */
export const entryId = (record: string, version: number, instant: string): string =>
  versionId(AUDIT, Date.parse(instant), version, record);

/** Builds the entry of a change. The same change always gives the same entry with the same id. */
export function buildAuditEntry({
  collection,
  id,
  version,
  before,
  after,
  writtenBy,
  changedAt,
}: RecordChange): StoredAuditEntry {
  const versionFieldNames: readonly string[] = versionFields;
  const changedFields = listChangedFields(collection, before, after).filter((field) => !versionFieldNames.includes(field));
  const record = (after ?? before) as BaseRecord & { customer_id?: string | null };
  const operation = !before ? "INSERT" : !after || (after.deleted_at && !before.deleted_at) ? "DELETE" : "UPDATE";
  const internal = listBookkeepingFields(collection, Boolean(writtenBy.session));
  const isBookkeeping = isBookkeepingChange({ operation, changed: changedFields, internal });
  const entry: Omit<AuditEntry, keyof BaseRecord> = {
    record_id: id,
    record_type: collection.name,
    operation,
    old_values: before ? selectAuditValues(collection, before, changedFields) : null,
    new_values: null,
    changed: changedFields,
    record_version: version,
    user_id: writtenBy.actor,
    actor_type: isBookkeeping ? "system" : classifyActor(writtenBy.actor, isWorkRequest(writtenBy.request)),
    session_id: writtenBy.session ?? null,
    request_id: writtenBy.request,
    ip_address: writtenBy.ip ?? null,
    user_agent: writtenBy.user_agent ?? null,
    change_reason: writtenBy.reason ?? null,
    customer_id: collection.name === "customer" ? id : (record.customer_id ?? null),
    data_sensitivity: collection.definition.sensitivity ?? "internal",
    changed_at: changedAt,
  };
  return { ...entry, ...buildBase(entryId(id, version, changedAt), changedAt, writtenBy.actor) };
}

/** Returns the fields of a kind that people do not write. The sealed field is internal, but has what people write. */
const listBookkeepingFields = (
  { definition: { internal = [], progress = [], sealed } }: Collection<BaseRecord>,
  hasSession: boolean,
): ReadonlySet<string> => new Set([...internal.filter((field) => field !== sealed), ...(hasSession ? [] : progress)]);

/**
 * Builds the items of entries for changes of the current tenant. The caller writes them, as often as necessary. Values that are too long
 * for an item are already in the object store when this returns.
 */
export const buildAuditItems = (changes: readonly RecordChange[]): Promise<Item[]> =>
  Promise.all(
    changes.map(async (change) => {
      const entry = buildAuditEntry(change);
      const item = AuditTrail.toItem(change.tenant, entry);
      const far = item.elsewhere === undefined ? undefined : compressValues(splitBySize(entry.old_values ?? {}).long);
      if (far) await usePorts().objects.write(valuesKey(entry.id), far);
      return item;
    }),
  );

/** Selects the values that an entry stores: secret and sealed values are masked, and null is left out. */
export function selectAuditValues(collection: Collection<BaseRecord>, record: BaseRecord, fields: readonly string[]): Item {
  const { secret: secretFields = [], internal = [], sealed } = collection.definition;
  const secret: readonly (string | undefined)[] = [...secretFields, ...internal, sealed];
  const detail = declaredDetail(collection);
  const values: Item = { ...record };
  const storedEntries = fields
    .map((field) => [field, values[field]] as const)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([field, value]) => [field, secret.includes(field) ? "***" : redactValue(detail[field], value)] as const);
  return Object.fromEntries(storedEntries);
}

/** For documents by a tenant's schema, the masks show what is sealed, so the schema need not be read. */
const redactValue = ({ sealing, tenantDocuments }: DetailDocument = {}, value: unknown): unknown =>
  sealing ? redactDocument(value, sealing) : tenantDocuments ? redactMasks(value) : value;

const compressValues = (values: object | null): Buffer => deflateRawSync(JSON.stringify(values));

/** Packs old values into an item: as text; compressed if that is long; and with the long values in an object if that is still too long. */
function packOldValues({ old_values }: StoredAuditEntry): Item {
  if (old_values === null) return {};
  const old = JSON.stringify(old_values);
  if (Buffer.byteLength(old) <= MAX_PLAIN_BYTES) return { old };
  const compressedBytes = compressValues(old_values);
  if (compressedBytes.length <= MAX_COMPRESSED_BYTES) return { old: compressedBytes };
  const { short, long } = splitBySize(old_values);
  return { old: compressValues(short), elsewhere: [computeDigest(compressValues(long)), ...Object.keys(long)].join(" ") };
}

function splitBySize(values: Item): { short: Item; long: Item } {
  const isShort = ([, value]: [string, unknown]): boolean => JSON.stringify(value).length <= MAX_SHORT_VALUE_LENGTH;
  const all = Object.entries(values);
  return {
    short: Object.fromEntries(all.filter(isShort)),
    long: Object.fromEntries(all.filter((entry) => !isShort(entry))),
  };
}

const computeDigest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("base64url");

function unpackOldValues(old: unknown): Item | null {
  if (old === undefined) return null;
  return JSON.parse(typeof old === "string" ? old : inflateRawSync(old as Uint8Array).toString()) as Item;
}

const valuesKey = (id: string): string => objectKey("audit", "values", id);

/** Loads the old values of an entry, at least those of the wanted fields; undefined if some are missing or their digest differs. */
export async function loadOldValues(
  { id, old_values, valueStorage }: Pick<StoredAuditEntry, "id" | "old_values" | "valueStorage">,
  requestedFields?: readonly string[],
): Promise<Item | null | undefined> {
  const { elsewhere } = valueStorage ?? {};
  if (!elsewhere || (requestedFields && !elsewhere.fields.some((field) => requestedFields.includes(field)))) return old_values;
  const object = await usePorts().objects.open(valuesKey(id));
  const bytes = object && (await collectBytes(object.read()));
  return bytes && computeDigest(bytes) === elsewhere.sha256 ? { ...old_values, ...unpackOldValues(bytes) } : undefined;
}
