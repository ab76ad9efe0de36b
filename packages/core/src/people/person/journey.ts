import * as z from "zod";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActor } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import {
  IdInput,
  id,
  instant,
  master,
  oneOf,
  patchSchema,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import * as Identity from "./identity.ts";
import { fields, interactionTypes, type JourneyRecord, Journeys, Stored } from "./journey.entity.ts";
import { BRANDS, MARKETING_CHANNELS, STORES } from "./person.masters.ts";

/** The journey of a person: steps recorded by users or by a model. */

export const Info = Stored;
export const Row = rowSchema(Stored, Journeys.definition.row);

const occurred_at = instant().optional().describe("Defaults to now; cannot be changed");

/** Tolerance for clocks of clients that are fast. */
const CLOCK_TOLERANCE_SECONDS = 300;

export const create = fn(
  z.strictObject({ ...fields, occurred_at, id: text(64) }),
  async ({ id: personId, occurred_at, ...input }) => {
    const person = await Identity.read(personId);
    const recorded_by = input.recorded_by === undefined ? findActorUserId() : input.recorded_by;
    const stored = await resolveMasters(toStoredFields(fields, { ...input, recorded_by }));
    const occurredAt = occurred_at ?? Clock.now();
    if (occurredAt <= EPOCH) throw invalid("occurred_at", "Must not be before 1970");
    if (occurredAt > Clock.addSeconds(CLOCK_TOLERANCE_SECONDS)) throw invalid("occurred_at", "Must not be in the future");
    const entry = Records.init(
      Journeys,
      { ...stored, personal_key_id: person.id, occurred_at: occurredAt },
      { owner: person.id, at: Date.parse(occurredAt) },
    );
    const recorded = { ...entry, updated_at: Clock.now() };
    return transaction().create(Journeys, recorded).commit(recorded);
  },
);

const EPOCH = new Date(0).toISOString();

export const get = fn(IdInput, ({ id: journeyId }) => Records.read(Journeys, journeyId));

export const update = fn(
  patchSchema({ ...fields, occurred_at }).extend({ id: text(64) }),
  ({ id: journeyId, occurred_at, ...patch }) =>
    Records.change(Journeys, journeyId, async (current) => {
      if (occurred_at !== undefined && occurred_at !== current.occurred_at)
        throw invalid("occurred_at", "Cannot be changed: delete the step and create another");
      return { ...current, ...(await resolveMasters(toStoredPatch(fields, patch), current)) };
    }),
);

export const remove = fn(IdInput, ({ id: journeyId }) => Records.remove(Journeys, journeyId));

export const restore = fn(IdInput, ({ id: journeyId }) => Records.restore(Journeys, journeyId));

const filters = {
  stage: text(100).optional(),
  interaction_type: oneOf(interactionTypes).optional(),
  recorded_by: id(USER).optional(),
  channel_id: master(MARKETING_CHANNELS).optional(),
  campaign_id: text(64).optional(),
  store_id: master(STORES).optional(),
  brand_id: master(BRANDS).optional(),
  related_order_id: text(64).optional(),
  from: instant().optional().describe("Only steps at or after this time"),
  to: instant({ day: "last" }).optional().describe("Only steps at or before this time"),
};

const Query = listSchema(Journeys, filters);

export const list = fn(Query, async (input) => listRecords(Journeys, await listQuery(input)));

/** The definition of the list for exports. */
export const listDefinition = {
  collection: Journeys,
  query: Query,
  listQuery,
  info: Info,
  fields,
  maxIdSkewMs: Clock.MAX_FUTURE_MS,
};

/** Lists the steps of a person under all of the person's ids. */
export const listByPerson = fn(Query.extend({ id: text(64) }), async ({ id: personId, ...input }) => {
  const person = await Identity.read(personId);
  return listRecords(Journeys, { ...(await listQuery(input)), personIds: Identity.listIds(person) });
});

/** Builds the list query. */
export async function listQuery({ from, to, ...input }: z.output<typeof Query>): Promise<ListQuery> {
  const between = from === undefined && to === undefined ? undefined : { from, to };
  return { ...buildListQuery(Journeys, await Master.resolveAll(Query.shape, input, input)), timeRange: between };
}

const findActorUserId = (): string | null => {
  const actor = useActor();
  return actor.type === "user" ? actor.id : null;
};

/** Converts master data to ids, and checks the order. */
async function resolveMasters<T extends Partial<StoredFields<typeof fields>>>(input: T, current?: JourneyRecord): Promise<T> {
  const [resolved] = await Promise.all([Master.resolveAll(fields, input, current), requireOrder(input, current)]);
  return resolved;
}

/** An id of an order must name one that the caller sees. Other texts name orders of other systems. */
async function requireOrder({ related_order_id }: OrderReference, current?: OrderReference): Promise<void> {
  if (!related_order_id || related_order_id === current?.related_order_id || !isId(related_order_id, ORDER)) return;
  if (!(await Records.isVisible(ORDER, related_order_id))) throw invalid("related_order_id", "No such order");
}

interface OrderReference {
  related_order_id?: string | null | undefined;
}

/** The timeline entries of journey steps. */
export const timelineSource = buildTimelineSource(Journeys, {
  title: (step) => step.stage || step.interaction_type || "Journey",
  readActor: (step) => step.recorded_by,
});

export * as Journey from "./journey.ts";
