import { ORDER } from "../../commerce/order/order.kind.ts";
import { OrderAccess } from "../../commerce/order/order-access.ts";
import { useSettings } from "../../kernel/context.ts";
import { formatInstant } from "../../kernel/date-bounds.ts";
import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { isId } from "../../kernel/id.ts";
import { endOfDay } from "../../kernel/time-zone.ts";
import * as Identity from "../../people/person/identity.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import { Membership } from "./membership.ts";
import { type ResponseRecord, Responses } from "./response.entity.ts";
import { ResponseLog } from "./response-log.ts";
import { findPersonId, listCustomerPersons } from "./sale-persons.ts";

/**
 * Sales convert members of the campaign that they came from (docs/engagement/campaigns.md, Members). Each record of a sale is compared with the response
 * that names it, as both are now. So repeated, late and reordered events lead to the same result, and an undone sale takes its conversion back.
 */

/** What a won opportunity or a confirmed order says of members. */
interface Purchase {
  campaign: string;
  /** The sale: the opportunity, or an order without one. */
  sale: string;
  at: string;
  /** The buyer first. Ids are not resolved. */
  persons: readonly string[];
}

type OpportunityRecord = NonNullable<Awaited<ReturnType<typeof Opportunity.load>>>;

const isCampaignId = (id: string | null | undefined): id is string => typeof id === "string" && isId(id, CAMPAIGN);

const listOpportunityPersons = async ({ personal_key_id, contact_id, customer_id }: OpportunityRecord): Promise<string[]> =>
  personal_key_id
    ? [personal_key_id]
    : [findPersonId(contact_id), ...(await listCustomerPersons(customer_id))].filter((person) => person !== null);

async function readOpportunity(id: string): Promise<Purchase | undefined> {
  const opportunity = await Opportunity.load(id);
  if (!opportunity?.is_won || !isCampaignId(opportunity.source_campaign_id)) return undefined;
  const { source_campaign_id, closed_date, stage_changed_at } = opportunity;
  const at = clampToDay(closed_date, stage_changed_at);
  return { campaign: source_campaign_id, sale: id, at, persons: await listOpportunityPersons(opportunity) };
}

/** Returns the instant, or the last millisecond of `day` if that is earlier. */
function clampToDay(day: string | null, instant: string): string {
  const dayEnd = day === null ? instant : endOfDay(useSettings().timezone, day);
  return instant < dayEnd ? instant : formatInstant(Date.parse(dayEnd) - 1);
}

/** A cancelled order and an exchange convert no member. */
async function readOrder(id: string): Promise<Purchase | undefined> {
  const order = await OrderAccess.load(id);
  if (!order?.confirmed_at || order.status === "CANCELLED" || order.after_sales_id !== null) return undefined;
  const { campaign_id, opportunity_id, contact_id, customer_id, confirmed_at } = order;
  if (!isCampaignId(campaign_id)) return undefined;
  const contact = findPersonId(contact_id);
  const buyers = contact === null ? await listCustomerPersons(customer_id) : [contact];
  // The opportunity and its orders convert the same person.
  const opportunity = opportunity_id ? await Opportunity.load(opportunity_id) : undefined;
  const persons = opportunity ? [...(await listOpportunityPersons(opportunity)), ...buyers] : buyers;
  return { campaign: campaign_id, sale: opportunity_id ?? id, at: confirmed_at, persons };
}

/** Finds the member that a purchase converts: the first person who was a member then, or else the first who is one now. */
async function findBuyer({ campaign, at, persons }: Purchase): Promise<string | undefined> {
  const resolved = await Identity.resolveAllMerged([...new Set(persons)]);
  let later: string | undefined;
  for (const person of new Set(persons.map((id) => resolved.get(id)))) {
    const member = person && !person.deleted_at ? await Membership.find(campaign, Identity.listIds(person)) : undefined;
    if (!member || member.deleted_at) continue;
    if (member.added_at <= at) return member.id;
    later ??= member.id;
  }
  return later;
}

/** The most responses of a sale that are read. */
const MAX_RESPONSES = 100;

/** Lists the responses about a sale, by the id of the sale or of one of its records. Strongly consistent. */
async function listResponses(id: string): Promise<ResponseRecord[]> {
  const reading = { order: "asc", after: undefined, chunk: MAX_RESPONSES, consistent: true } as const;
  const responses: ResponseRecord[] = [];
  for await (const row of queryPartitions(Responses, [buildExtraPartition(Responses, ["sale", id])], reading))
    if (responses.push(Responses.fromRow(row)) >= MAX_RESPONSES) break;
  return responses;
}

/** Brings the responses about one record of a sale up to date. */
async function reconcileRecord(recordId: string): Promise<void> {
  const purchase = isId(recordId, ORDER) ? await readOrder(recordId) : await readOpportunity(recordId);
  const buyer = purchase && (await findBuyer(purchase));
  for (const { member_id, source, sales } of await listResponses(recordId))
    if (sales.some(({ record_id }) => record_id === recordId) && (member_id !== buyer || source !== purchase?.sale))
      await ResponseLog.changeSales(member_id, source, (parts) => parts.filter(({ record_id }) => record_id !== recordId));
  if (!purchase || buyer === undefined) return;
  await ResponseLog.changeSales(buyer, purchase.sale, (parts) => [
    ...parts.filter(({ record_id }) => record_id !== recordId),
    { record_id: recordId, at: purchase.at },
  ]);
}

/** Brings the responses about an opportunity or order up to date, and those about other records of the same sale. */
export async function reconcile(recordId: string): Promise<void> {
  const responses = await listResponses(recordId);
  const records = responses.flatMap(({ sales }) => sales.map(({ record_id }) => record_id));
  for (const id of new Set([recordId, ...records])) await reconcileRecord(id);
}

const opportunityFields = ["is_won", "closed_date", "source_campaign_id", "personal_key_id", "contact_id", "customer_id"];
const orderFields = ["status", "confirmed_at", "campaign_id", "contact_id", "customer_id"];

/** Handles an event of an opportunity or order. */
export async function onSaleEvent(event: DomainEvent): Promise<void> {
  const fields = isId(event.record_id, ORDER) ? orderFields : opportunityFields;
  if (concernsFields(event, fields)) await reconcile(event.record_id);
}

export * as MemberPurchase from "./member-purchase.ts";
