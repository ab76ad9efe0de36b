import { hasPermission, usePorts } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { Verb } from "../../kernel/fn.ts";
import { presentAnswer } from "../../storage/read/answer-presenter.ts";
import { eventKind, type FeedEvent, isPublished } from "../../storage/read/event-feed.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { findKind, loadCollection } from "../../storage/table/collection-registry.ts";

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
    record?: unknown;
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
  const records = new Map<string, unknown>();
  if (withRecord) for (const id of seen) records.set(id, await loadRecord(name, id));
  return events
    .filter(({ record_id }) => seen.has(record_id))
    .map(({ id, type, record_id, version, actor_id, at, changed }) => ({
      id,
      type,
      timestamp: at,
      data: {
        id: record_id,
        kind: name,
        version,
        changed: changed.filter((field) => !hidden.includes(field)),
        actor_id,
        ...(withRecord ? { record: records.get(record_id) ?? null } : {}),
      },
    }));
}

/** Returns the record as its GET shows it to the actor; null if the actor cannot read it, or the kind has no such function. */
async function loadRecord(kind: string, id: string): Promise<unknown> {
  const load = usePorts().domains.find(({ bulk }) => Object.hasOwn(bulk ?? {}, kind))?.bulk?.[kind]?.load;
  if (!load) return null;
  try {
    const { get } = (await load()) as { get: Verb };
    return await presentAnswer(await get({ id }));
  } catch (error) {
    if (isFailure(error, "NOT_FOUND") || isFailure(error, "FORBIDDEN") || isFailure(error, "CONFLICT")) return null;
    throw error;
  }
}
