import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { resolveChannelCode } from "../../people/interaction/utm.rules.ts";
import { Journey } from "../../people/person/journey.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { Master } from "../../platform/master-data/master.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { personPartitions, toIdBounds } from "../../storage/read/query-plan.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Touch } from "./attribution.rules.ts";
import { Responses } from "./response.entity.ts";
import { isTouch, isTouchingResponse, isTouchingStep, normalizeSource, readMetadata } from "./touch.rules.ts";

/** Reads the records of persons that are touches, strongly consistent from the collections of the persons. */

const Interactions = Interaction.listDefinition.collection;
const Journeys = Journey.listDefinition.collection;

/** The most records of each kind that are read for one conversion, the latest ones. */
const MAX_INTERACTIONS = 1000;
const MAX_STEPS = 500;
const MAX_RESPONSES = 500;

/** A person under all ids, the present one first. */
export type PersonIds = readonly [string, ...string[]];

interface TimeRange {
  from: string;
  to: string;
}

/** Returns the touches of persons within a range of time, not merged yet. */
export async function loadTouches(persons: readonly PersonIds[], range: TimeRange): Promise<Touch[]> {
  if (persons.length === 0) return [];
  const ids = [...new Set(persons.flat())];
  const personById = new Map(persons.flatMap((personIds) => personIds.map((id) => [id, personIds[0]] as const)));
  const touches = await Promise.all([loadInteractions(ids, range), loadSteps(ids, range), loadResponses(ids, range)]);
  return touches.flat().map((touch) => ({ ...touch, person_id: personById.get(touch.person_id) ?? touch.person_id }));
}

/** Reads the latest records of a kind in the collections of persons, as rows. */
async function readRows<R extends BaseRecord>(
  collection: Collection<R>,
  persons: readonly string[],
  range: TimeRange,
  maxRows: number,
): Promise<R[]> {
  const partitions = personPartitions(persons).map((partition) => ({ ...partition, ...toIdBounds(collection.kind, range) }));
  const rows: R[] = [];
  for await (const row of queryPartitions(collection, partitions, {
    order: "desc",
    after: undefined,
    chunk: Math.min(maxRows, CHUNK_SIZE),
    consistent: true,
  })) {
    rows.push(collection.fromRow(row));
    if (rows.length === maxRows) break;
  }
  return rows;
}

const CHUNK_SIZE = 200;

async function loadInteractions(persons: readonly string[], range: TimeRange): Promise<Touch[]> {
  const rows = await readRows(Interactions, persons, range, MAX_INTERACTIONS);
  const [codes, channels] = await Promise.all([Master.loadCodes(INTERACTION_TYPES), Master.loadCodes(MARKETING_CHANNELS)]);
  const channelByCode = new Map([...channels].map(([id, code]) => [code, id]));
  const ids = rows.filter((row) => isTouch(row, codes.get(row.interaction_type_id) ?? "")).map(({ id }) => id);
  // The metadata, which a row lacks, names the message that an interaction is about.
  const interactions = await Records.loadMany(Interactions, ids, { live: true });
  return interactions.flatMap((interaction): Touch[] => {
    if (!interaction?.personal_key_id) return [];
    const { id, interaction_date, campaign_id, channel, metadata, personal_key_id } = interaction;
    return [
      {
        ...{ id, at: interaction_date, campaign_id, person_id: personal_key_id },
        cause: readMetadata(metadata, "message_id") ?? id,
        channel: channel === null ? readMedium(metadata, channelByCode) : (channelByCode.get(channel) ?? channel),
        source: normalizeSource(readMetadata(metadata, "utm_source")),
      },
    ];
  });
}

/** Returns the id of the marketing channel that the medium of a visit means; null if there is none. */
function readMedium(metadata: unknown, channelByCode: ReadonlyMap<string, string>): string | null {
  const medium = readMetadata(metadata, "utm_medium");
  return medium === null ? null : (channelByCode.get(resolveChannelCode(medium)) ?? null);
}

async function loadSteps(persons: readonly string[], range: TimeRange): Promise<Touch[]> {
  const rows = await readRows(Journeys, persons, range, MAX_STEPS);
  return rows.filter(isTouchingStep).map(
    ({ id, occurred_at, campaign_id, channel_id, source, personal_key_id }): Touch => ({
      ...{ id, at: occurred_at, cause: null, campaign_id, channel: channel_id, person_id: personal_key_id },
      source: normalizeSource(source),
    }),
  );
}

/** A response is of the message, form or contact that its source names. The campaign's record of it has no channel. */
async function loadResponses(persons: readonly string[], range: TimeRange): Promise<Touch[]> {
  const rows = await readRows(Responses, persons, range, MAX_RESPONSES);
  return rows.filter(isTouchingResponse).map(
    ({ id, occurred_at, campaign_id, source, personal_key_id }): Touch => ({
      ...{ id, at: occurred_at, cause: source, campaign_id, person_id: personal_key_id },
      channel: null,
      source: null,
    }),
  );
}
