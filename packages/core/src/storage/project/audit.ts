import { createHash } from "node:crypto";
import * as z from "zod";
import { derivedId, kind } from "../../kernel/id.ts";
import { instant, text } from "../../kernel/schema.ts";
import { type BaseRecord, by, Collection, type Detail, detailOf } from "../table/collection.ts";
import type { Item } from "../table/item.ts";
import { redacted, withoutMasks } from "../vault/detail.rules.ts";
import { changedIn } from "../write/records.ts";
import type { Change } from "./change.ts";

/** An entry of the audit trail (seed 002, crm_audit_log): one for each version of each record. */
export const AuditEntry = z.object({
  record_id: z.string(),
  record_type: z.string(),
  operation: z.enum(["INSERT", "UPDATE", "DELETE"]),
  /** The fields that changed, with their values before and after; null values are left out. */
  old_values: z.record(z.string(), z.unknown()).nullable(),
  new_values: z.record(z.string(), z.unknown()).nullable(),
  changed: z.array(z.string()),
  record_version: z.number().int(),
  user_id: z.string(),
  session_id: z.string().nullable(),
  request_id: z.string(),
  ip_address: z.string().nullable(),
  user_agent: text(256).nullable(),
  change_reason: z.string().nullable(),
  customer_id: z.string().nullable(),
  data_sensitivity: z.enum(["public", "internal", "confidential", "restricted"]),
  changed_at: instant(),
});

export type AuditEntry = z.output<typeof AuditEntry> & BaseRecord;

export const AUDIT = kind("audit", "aud", { path: "/audit", derived: true, load: () => import("./audit.ts") });

export const AuditTrail = new Collection<AuditEntry>({
  kind: AUDIT,
  schema: AuditEntry,
  row: [
    "record_id",
    "record_type",
    "operation",
    "changed",
    "record_version",
    "user_id",
    "request_id",
    "data_sensitivity",
    "changed_at",
  ],
  indexes: { by_time: by(), by_related: by("record_id") },
  parent: "record_id",
  asks: ["user_id", "record_type", "operation", "changed_at"],
  time: "changed_at",
});

/** Bytes of all values before, or after, a change. Past this, long ones are cut to what proves them. */
const LARGEST = 150 * 1024;
/** Bytes of what is left of one, and of all together: what is cut anywhere may be twice as long once it is quoted. */
const LEFT = { one: 4096, all: 64 * 1024 };

/** The id of the entry of a version, which was written at the instant `at`. */
export const entryId = (record: string, version: number, at: string): string =>
  derivedId(AUDIT, Date.parse(at), `${record}#${version}`);

/** The entry of a change; the same change always gives the same entry, under the same id. */
export function entryOf({ collection, id, version, before, after, by: written, at }: Change): AuditEntry {
  const internal = new Set<string>(["version", "updated_at", "updated_by"]);
  const changed = changedIn(collection, before, after).filter((field) => !internal.has(field));
  const record = (after ?? before) as BaseRecord & { customer_id?: string | null };
  const entry: Omit<AuditEntry, keyof BaseRecord> = {
    record_id: id,
    record_type: collection.name,
    operation: !before ? "INSERT" : !after || (after.deleted_at && !before.deleted_at) ? "DELETE" : "UPDATE",
    old_values: valuesOf(collection, before, changed),
    new_values: valuesOf(collection, after, changed),
    changed,
    record_version: version,
    user_id: written.actor,
    session_id: written.session ?? null,
    request_id: written.request,
    ip_address: written.ip ?? null,
    user_agent: written.user_agent ?? null,
    change_reason: written.reason ?? null,
    customer_id: collection.name === "customer" ? id : (record.customer_id ?? null),
    data_sensitivity: collection.definition.sensitivity ?? "internal",
    changed_at: at,
  };
  const base = {
    version: 1,
    created_at: at,
    created_by: written.actor,
    updated_at: at,
    updated_by: written.actor,
    deleted_at: null,
  };
  return { ...entry, ...base, id: entryId(id, version, at) };
}

function valuesOf(collection: Collection<BaseRecord>, record: BaseRecord | undefined, changed: readonly string[]): Item | null {
  if (!record) return null;
  const { secret: named = [], internal = [], sealed } = collection.definition;
  const secret: readonly (string | undefined)[] = [...named, ...internal, sealed];
  const detail = detailOf(collection);
  const fields: Item = { ...record };
  const entries = changed
    .map((field) => [field, fields[field]] as const)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([field, value]) => [field, secret.includes(field) ? "***" : redactedBy(detail[field], value)] as const);
  if (bytesOf(entries) <= LARGEST) return Object.fromEntries(entries);
  const most = Math.min(LEFT.one, Math.floor(LEFT.all / entries.length));
  return Object.fromEntries(entries.map(([field, value]) => [field, truncated(value, most)]));
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Of a tenant's own documents masks tell what is sealed, so that nothing of them has to be read here. */
const redactedBy = ({ sealing, own }: Detail = {}, value: unknown): unknown =>
  sealing ? redacted(value, sealing) : own ? withoutMasks(value) : value;

function truncated(value: unknown, most: number): unknown {
  const written = JSON.stringify(value);
  const bytes = Buffer.from(written);
  if (bytes.length <= most) return value;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  // Without the character that the end goes through.
  const cut = bytes
    .subarray(0, most)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
  return { cut, characters: written.length, sha256 };
}
