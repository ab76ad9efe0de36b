import { isDeepStrictEqual } from "node:util";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { OrderAccess, type OrderRecord } from "../../commerce/order/order-access.ts";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { formatInstant } from "../../kernel/date-bounds.ts";
import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { derivedId, idTime, isId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import { endOfDay } from "../../kernel/time-zone.ts";
import * as Identity from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type AttributionRecord, Attributions, type StoredTouch } from "./attribution.entity.ts";
import { CAMPAIGN_ATTRIBUTION } from "./attribution.kind.ts";
import { buildJourney, type Touch } from "./attribution.rules.ts";
import { MAX_GROUPS } from "./attribution-counters.rules.ts";
import { AttributionRun } from "./attribution-run.ts";
import { loadTouches, type PersonIds } from "./attribution-touches.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import { findPersonId, listCustomerPersons } from "./sale-persons.ts";
import { completeTouches } from "./touch.rules.ts";

/**
 * Computes conversions from sales and touches. Each computation reads everything as it is now and depends on nothing else, so repeated, late and
 * reordered events lead to the same records.
 */

/** The most persons whose touches count for one conversion. */
const MAX_PERSONS = 25;
/** The most conversions of one id of a person that an event recomputes, the earliest first. */
const MAX_CONVERSIONS = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The conversion of a sale, without its touches. */
interface Conversion
  extends Pick<
    AttributionRecord,
    | "conversion_kind"
    | "record_id"
    | "sale_id"
    | "customer_id"
    | "owner_id"
    | "converted_at"
    | "converted_day"
    | "currency"
    | "value"
  > {
  /** Ids of persons, not resolved. */
  persons: readonly string[];
}

/** Returns the id of the conversion of an opportunity or order: the same at each computation. */
const attributionId = (recordId: string): string => derivedId(CAMPAIGN_ATTRIBUTION, idTime(recordId), recordId);

async function readOpportunity(id: string): Promise<Conversion | undefined> {
  const opportunity = await Opportunity.load(id);
  // The orders of an ordered opportunity state the revenue of the sale.
  if (!opportunity?.is_won || opportunity.closed_date === null || opportunity.ordered_at) return undefined;
  const { closed_date, customer_id, owner_id, currency, amount, personal_key_id, contact_id, lead_id } = opportunity;
  return {
    ...{ conversion_kind: "opportunity", record_id: id, sale_id: id, customer_id, owner_id, currency },
    converted_at: formatInstant(Date.parse(endOfDay(useSettings().timezone, closed_date)) - 1),
    converted_day: closed_date,
    value: toPrecision(amount, currency),
    persons: [personal_key_id, ...[contact_id, lead_id].map(findPersonId)].filter((person) => person !== null),
  };
}

async function readOrder(id: string): Promise<Conversion | undefined> {
  const order = await OrderAccess.load(id);
  if (!order || order.confirmed_at === null || order.confirmed_day === null) return undefined;
  const { confirmed_at, confirmed_day, sale_day, sale_id, customer_id, owner_id, currency, net_payment, contact_id } = order;
  if (isWithoutRevenue(order)) return undefined;
  return {
    ...{ conversion_kind: "order", record_id: id, sale_id, customer_id, owner_id, currency },
    converted_at: confirmed_at,
    converted_day: sale_day ?? confirmed_day,
    value: toPrecision(net_payment, currency),
    persons: [findPersonId(contact_id), ...(await listCustomerPersons(customer_id))].filter((person) => person !== null),
  };
}

/** A cancelled order and an exchange convert no customer, unless money stays with the seller. */
const isWithoutRevenue = ({ status, after_sales_id, net_payment }: OrderRecord): boolean =>
  (status === "CANCELLED" || after_sales_id !== null) && Money.isZero(net_payment);

const toPrecision = (amount: string | null, currency: string): string =>
  Money.convert(amount ?? "0", 1, Money.currencyDecimals(currency));

/** Returns the persons after merges, each under all ids. */
async function resolvePersons(ids: readonly string[]): Promise<PersonIds[]> {
  const persons = await Identity.resolveAllMerged([...new Set(ids)]);
  const idsByPerson = new Map<string, PersonIds>();
  for (const person of persons.values()) if (person) idsByPerson.set(person.id, Identity.listIds(person));
  return [...idsByPerson.values()].slice(0, MAX_PERSONS);
}

const toStoredTouch = ({ id, at, campaign_id, channel, source, person_id }: Touch): StoredTouch => ({
  ...{ id, at, campaign_id, channel_id: channel, source, person_id },
});

type AttributionFields = Omit<AttributionRecord, keyof BaseRecord>;

async function attributeConversion({ persons, ...conversion }: Conversion, windowDays: number): Promise<AttributionFields> {
  const { converted_at } = conversion;
  const personIds = await resolvePersons(persons);
  const from = formatInstant(Math.max(0, Date.parse(converted_at) - windowDays * DAY_MS));
  const records = await loadTouches(personIds, { from, to: converted_at });
  const touches = buildJourney(completeTouches(records), { convertedAt: converted_at, windowDays }).map(toStoredTouch);
  const listLatest = (read: (touch: StoredTouch) => string | null): string[] =>
    [...new Set(touches.toReversed().flatMap((touch) => read(touch) ?? []))].slice(0, MAX_GROUPS);
  return {
    ...conversion,
    is_attributed: touches.length > 0,
    person_ids: personIds.map(([id]) => id),
    campaign_ids: listLatest(({ campaign_id }) => (campaign_id && isId(campaign_id, CAMPAIGN) ? campaign_id : null)),
    channels: listLatest(({ channel_id }) => channel_id),
    sources: listLatest(({ source }) => source),
    touches,
  };
}

/**
 * Writes the conversion of an opportunity or order as the sale and its touches are now, or removes it if there is none. The conversion is read first, so a
 * computation from older facts conflicts with one from later facts and starts again. Writes nothing if nothing differs. If the window changed during the
 * computation, the run may have passed the conversion already, so it is computed again.
 */
export async function recompute(recordId: string): Promise<void> {
  for (let windowDays = await AttributionRun.readWindowDays(), former: number | undefined; windowDays !== former; ) {
    const used = windowDays;
    const isWritten = await compute(recordId, used);
    [former, windowDays] = [used, isWritten ? await AttributionRun.readWindowDays() : used];
  }
}

/** Computes a conversion with a window. Returns whether it was written. */
const compute = (recordId: string, windowDays: number): Promise<boolean> =>
  retryOnConflict(async () => {
    const current = await Records.load(Attributions, attributionId(recordId));
    const conversion = isId(recordId, ORDER) ? await readOrder(recordId) : await readOpportunity(recordId);
    if (!conversion && (!current || current.deleted_at)) return false;
    const tx = transaction();
    if (!current && conversion) {
      const created = Records.init(Attributions, await attributeConversion(conversion, windowDays), {
        id: attributionId(recordId),
      });
      // Another event of the same sale may have created it meanwhile.
      await tx
        .create(
          Attributions,
          { ...created, updated_at: Clock.now() },
          () => new WriteConflict("The sale was attributed at the same time"),
        )
        .commit(undefined);
    } else if (current) {
      const next = conversion
        ? { ...current, ...(await attributeConversion(conversion, windowDays)), deleted_at: null }
        : {
            ...current,
            is_attributed: false,
            person_ids: [],
            campaign_ids: [],
            channels: [],
            sources: [],
            touches: [],
            deleted_at: Clock.now(),
          };
      if (isDeepStrictEqual(next, current)) return false;
      await tx.replace(Attributions, current, Records.nextVersion(current, next)).commit(undefined);
    }
    return true;
  });

/** Recomputes the conversions of a person, under all ids. With an instant, only those for which a touch at that instant can count. */
async function recomputePerson(personId: string, touchedAt?: number): Promise<void> {
  const person = await Identity.resolveMerged(personId);
  const ids = new Set([personId, ...(person ? Identity.listIds(person) : [])]);
  const range = touchedAt === undefined ? {} : await findFollowingRange(touchedAt);
  for (const id of ids) for (const recordId of await listConversions(id, range)) await recompute(recordId);
}

/** Returns the range of the instants of conversions that a touch can count for. */
const findFollowingRange = async (touchedAt: number): Promise<{ from: string; to: string }> => ({
  from: formatInstant(Math.max(0, touchedAt)),
  to: formatInstant(touchedAt + (await AttributionRun.readWindowDays()) * DAY_MS),
});

/** Lists the records of a person's conversions by their instant. */
async function listConversions(personId: string, range: { from?: string; to?: string }): Promise<string[]> {
  const recordIds: string[] = [];
  const partition = { ...buildExtraPartition(Attributions, ["person", personId]), ...range };
  for await (const row of queryPartitions(Attributions, [partition], {
    order: "asc",
    after: undefined,
    chunk: CHUNK_SIZE,
    consistent: true,
  })) {
    recordIds.push(Attributions.fromRow(row).record_id);
    if (recordIds.length === MAX_CONVERSIONS) break;
  }
  return recordIds;
}

const CHUNK_SIZE = 100;

const opportunityFields = [
  ...["is_won", "closed_date", "amount", "currency", "ordered_at", "personal_key_id", "contact_id", "lead_id"],
  ...["customer_id", "owner_id"],
];
const orderFields = [
  ...["status", "confirmed_at", "confirmed_day", "sale_day", "net_payment", "currency", "customer_id", "contact_id"],
  ...["owner_id", "sale_id"],
];

/** Recomputes what an event concerns. The id of a touch names its person and its instant. */
export async function onAttributionEvent(event: DomainEvent): Promise<void> {
  const { record_id } = event;
  if (isId(record_id, OPPORTUNITY)) return concernsFields(event, opportunityFields) ? recompute(record_id) : undefined;
  if (isId(record_id, ORDER)) return concernsFields(event, orderFields) ? recompute(record_id) : undefined;
  if (isId(record_id, PERSON))
    return concernsFields(event, ["merged_ids", "merged_into"]) ? recomputePerson(record_id) : undefined;
  const personId = findPersonId(record_id);
  if (personId !== null) await recomputePerson(personId, idTime(record_id));
}
