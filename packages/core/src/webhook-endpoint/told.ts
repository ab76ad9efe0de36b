import { may, usePorts } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import type { Verb } from "../kernel/fn.ts";
import { asShown } from "../storage/read/as-shown.ts";
import { type FeedEvent, isTold, kindIn } from "../storage/read/feed.ts";
import { Visible } from "../storage/read/visibility.ts";
import { collectionOf, kindNamed } from "../storage/table/collections.ts";

/** An event as somebody is told of it. */
export interface Told {
  id: string;
  type: string;
  timestamp: string;
  data: {
    id: string;
    kind: string;
    version: number;
    changed: readonly string[];
    actor_id: string;
    /** Where it is asked for: as the actor reads it now; null where they cannot. */
    record?: unknown;
  };
}

/** Those of the events of which the actor may know now, in their order: they may read the kind, and see the record. */
export async function toldOf(events: readonly FeedEvent[], { withRecord = false } = {}): Promise<Told[]> {
  const byKind = [...Map.groupBy(events, ({ type }) => kindIn(type))];
  const told = await Promise.all(byKind.map(([kind, some]) => ofKind(kind, some, withRecord)));
  const known = new Map(told.flat().map((each) => [each.id, each]));
  return events.flatMap(({ id }) => known.get(id) ?? []);
}

async function ofKind(name: string, events: readonly FeedEvent[], withRecord: boolean): Promise<Told[]> {
  const kind = kindNamed(name);
  if (!kind || !isTold(kind) || (kind.read && !may(kind.read))) return [];
  const ids = [...new Set(events.map(({ record_id }) => record_id))];
  const [seen, { definition }] = await Promise.all([Visible.idsSeen(kind, ids), collectionOf(kind)]);
  const hidden: readonly string[] = [...(definition.internal ?? []), ...(definition.secret ?? [])];
  const records = new Map<string, unknown>();
  if (withRecord) for (const id of seen) records.set(id, await recordOf(name, id));
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

/** The record as its own address shows it to the actor; null where that would show none, and of kinds that are read otherwise. */
async function recordOf(kind: string, id: string): Promise<unknown> {
  const load = usePorts().domains.find(({ bulk }) => Object.hasOwn(bulk ?? {}, kind))?.bulk?.[kind]?.load;
  if (!load) return null;
  try {
    const { get } = (await load()) as { get: Verb };
    return await asShown(await get({ id }));
  } catch (error) {
    if (isFailure(error, "NOT_FOUND") || isFailure(error, "FORBIDDEN") || isFailure(error, "CONFLICT")) return null;
    throw error;
  }
}
