import { hasPermission } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { Verb } from "../../kernel/fn.ts";
import { findDeclaration } from "../../kernel/tenant-domains.ts";
import { presentAnswer } from "../../storage/read/answer-presenter.ts";
import { eventKind, type FeedEvent, isPublished } from "../../storage/read/event-feed.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { findKind, loadCollection } from "../../storage/table/collection-registry.ts";

type JsonObject = Record<string, unknown>;

/** An event as it is sent to an endpoint or read in the feed. */
export interface WebhookPayload {
  id: string;
  type: string;
  timestamp: string;
  data: {
    id: string;
    kind: string;
    version: number;
    changed: readonly string[];
    actor_id: string;
    /** If requested: the record as the actor reads it now; null if the actor cannot. */
    record?: JsonObject | null;
    /** The version of `record`. It is higher than `version` if the record has changed since the event. */
    record_version?: number | null;
    /** The values that this version wrote, by field: those that `record` shows and whose value is known. */
    changes?: JsonObject;
  };
}

/** Builds the payloads of the events that the actor may know now, in their order: the actor may read the kind and sees the record. */
export async function buildPayloads(events: readonly FeedEvent[], { withRecord = false } = {}): Promise<WebhookPayload[]> {
  const byKind = [...Map.groupBy(events, ({ type }) => eventKind(type))];
  const payloads = await Promise.all(byKind.map(([kind, kindEvents]) => buildKindPayloads(kind, kindEvents, withRecord)));
  const payloadById = new Map(payloads.flat().map((payload) => [payload.id, payload]));
  return events.flatMap(({ id }) => payloadById.get(id) ?? []);
}

async function buildKindPayloads(name: string, events: readonly FeedEvent[], withRecord: boolean): Promise<WebhookPayload[]> {
  const kind = findKind(name);
  if (!kind || !isPublished(kind) || (kind.read && !hasPermission(kind.read))) return [];
  const ids = [...new Set(events.map(({ record_id }) => record_id))];
  const [seen, { definition }] = await Promise.all([Visibility.filterVisibleIds(kind, ids), loadCollection(kind)]);
  const hidden: readonly string[] = [...(definition.internal ?? []), ...(definition.secret ?? [])];
  const visibleEvents = events.filter(({ record_id }) => seen.has(record_id));
  const recordData = withRecord ? await loadRecordData(name, visibleEvents) : [];
  return visibleEvents.map(({ id, type, record_id, version, actor_id, at, changed }, index) => ({
    id,
    type,
    timestamp: at,
    data: {
      id: record_id,
      kind: name,
      version,
      changed: changed.filter((field) => !hidden.includes(field)),
      actor_id,
      ...recordData[index],
    },
  }));
}

type RecordData = Pick<WebhookPayload["data"], "record" | "record_version" | "changes">;

/** Returns for each event the record as it is now, and what the version of the event wrote. */
async function loadRecordData(kind: string, events: readonly FeedEvent[]): Promise<RecordData[]> {
  const records = new Map<string, JsonObject | null>();
  for (const { record_id } of events) if (!records.has(record_id)) records.set(record_id, await loadRecord(kind, record_id));
  // Loaded on demand: most endpoints take no records.
  const { Audit } = await import("../../platform/audit/audit.ts");
  const versions = await Audit.loadVersions(events);
  return events.map(({ record_id }, index) => {
    const record = records.get(record_id) ?? null;
    const { new_values = null, changed = [], unknown = [] } = versions[index] ?? {};
    const fields =
      record && new_values ? changed.filter((field) => Object.hasOwn(record, field) && !unknown.includes(field)) : [];
    return {
      record,
      record_version: typeof record?.version === "number" ? record.version : null,
      changes: Object.fromEntries(fields.map((field) => [field, new_values?.[field] ?? null])),
    };
  });
}

/** Returns the record as its GET shows it to the actor; null if the actor cannot read it, or the kind has no such function. */
async function loadRecord(kind: string, id: string): Promise<JsonObject | null> {
  const load = findDeclaration("bulk", kind)?.load;
  if (!load) return null;
  try {
    const { get } = (await load()) as { get: Verb };
    return (await presentAnswer(await get({ id }))) as JsonObject;
  } catch (error) {
    if (isFailure(error, "NOT_FOUND") || isFailure(error, "FORBIDDEN") || isFailure(error, "CONFLICT")) return null;
    throw error;
  }
}
