import * as z from "zod";
import { Customer } from "../accounts/customer/customer.ts";
import { assessHealth } from "../accounts/health/assessment.ts";
import { contractGrants } from "../agreements/contract/contract.kind.ts";
import { Contract } from "../agreements/contract/contract.ts";
import { segmentGrants } from "../engagement/segment/segment.kind.ts";
import { Segment } from "../engagement/segment/segment.ts";
import { Clock } from "../kernel/clock.ts";
import { hasPermission, useSettings } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { date, IdInput, instant, oneOf } from "../kernel/schema.ts";
import { interactionGrants } from "../people/interaction/interaction.kind.ts";
import { INTERACTION_TYPES } from "../people/interaction/interaction.masters.ts";
import { Master } from "../platform/master-data/master.ts";
import { PRIORITIES } from "../platform/master-data/shared.masters.ts";
import { Directory } from "../platform/user/directory.ts";
import { opportunityGrants } from "../sales/opportunity/opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "../sales/opportunity/opportunity.masters.ts";
import { Opportunity } from "../sales/opportunity/opportunity.ts";
import type { ScoreResult } from "../sales/scoring/facts.ts";
import { PartInfo, RuleReference } from "../sales/scoring/schemas.ts";
import { ticketGrants } from "../service/ticket/ticket.kind.ts";
import { Ticket } from "../service/ticket/ticket.ts";

/**
 * All data of a customer on one page, with a bounded number of queries that does not grow with the number of interactions. Interactions
 * belong to the customer if they name it. An interaction of a person who is the customer, or who is a contact of this customer only, names
 * the customer from its creation. For an individual, interactions of the person that name no customer count as well.
 */

/** The most open records of each kind that are shown. The customer's lists show the rest. */
const MAX_OPEN = 100;

const score = () => z.number().int().min(0).max(100);

const ScoreExplanation = z.object({
  score: score(),
  rule: RuleReference,
  parts: z.array(PartInfo).describe("Components whose points add up to the score"),
});

export const Info = z.object({
  customer_profile: z.object({
    customer_id: z.string(),
    customer_number: z.string(),
    name: z.string(),
    company: z.string().nullable().describe("null for an individual"),
    email: z.string().nullable(),
    lifecycle_stage: z.string(),
    lead_score: score().nullable(),
    assigned_to: z.string().nullable().describe("Name of the owner"),
    tags: z.array(z.string()),
    segments: z.array(z.string()),
  }),
  recent_interactions: z
    .array(
      z.object({
        interaction_id: z.string(),
        date: instant(),
        type: z.string().nullable().describe("Code"),
        channel: z.string().nullable(),
        outcome: z.string().nullable(),
        sentiment: z.string().nullable(),
      }),
    )
    .describe("The newest 10 of the last 90 days"),
  active_opportunities: z
    .array(
      z.object({
        opportunity_id: z.string(),
        name: z.string(),
        stage: z.string(),
        value: z.string().nullable(),
        currency: z.string(),
        probability: z.number().int(),
        close_date: date().nullable(),
      }),
    )
    .describe("The newest 100 open ones that the caller can see"),
  contracts: z
    .array(
      z.object({
        contract_id: z.string(),
        contract_number: z.string(),
        title: z.string(),
        status: z.string(),
        value: z.string(),
        currency: z.string(),
        start_date: date(),
        end_date: date(),
      }),
    )
    .describe("The newest 100 that have not ended and that the caller can see"),
  open_tickets: z
    .array(
      z.object({
        ticket_id: z.string(),
        subject: z.string(),
        status: z.string(),
        priority: z.string(),
        created: instant(),
        last_update: instant(),
      }),
    )
    .describe("The newest 100 unresolved ones that the caller can see"),
  lifetime_value_metrics: z.object({
    total_revenue: z.string(),
    currency: z.string(),
    total_orders: z.number().int(),
    average_order_value: z.string().nullable(),
    customer_since: date().nullable().describe("Day of the first order"),
    last_order: date().nullable(),
  }),
  engagement_score: score(),
  health_score: score(),
  risk_level: oneOf(["LOW", "MEDIUM", "HIGH"]).describe("Derived from the health"),
  engagement: ScoreExplanation,
  health: ScoreExplanation,
  as_of: instant().describe("Events up to this time are counted in the scores; all other data is current"),
});

export const get = fn(IdInput, async ({ id }): Promise<z.output<typeof Info>> => {
  const customer = await Customer.read(id);
  const seen = hasPermission(opportunityGrants.read)
    ? Opportunity.listOpenByCustomer(customer.id, MAX_OPEN)
    : Promise.resolve([]);
  const [names, segments, open, contracts, tickets, wellbeing] = await Promise.all([
    customer.owner_id ? Directory.loadNames([customer.owner_id]) : undefined,
    hasPermission(segmentGrants.read) ? Segment.listNames(customer.id) : [],
    seen,
    hasPermission(contractGrants.read) ? Contract.listOpenFor(customer.id, MAX_OPEN) : [],
    hasPermission(ticketGrants.read) ? Ticket.listOpenByCustomer(customer.id, MAX_OPEN) : [],
    assessHealth(customer, { open: seen.then(({ length }) => length), sees: hasPermission(interactionGrants.read) }),
  ]);
  const { happened, engaged, well, rules } = wellbeing;
  const isBusiness = customer.customer_type === "business";
  return {
    customer_profile: {
      customer_id: customer.id,
      customer_number: customer.customer_number,
      name: customer.name,
      company: isBusiness ? customer.name : null,
      email: customer.email,
      lifecycle_stage: customer.lifecycle_stage,
      lead_score: customer.lead_score,
      assigned_to: names?.get(customer.owner_id ?? "") ?? null,
      tags: customer.tags,
      segments,
    },
    recent_interactions: await Promise.all(happened.map(presentInteraction)),
    active_opportunities: await Promise.all(open.map(presentOpportunity)),
    contracts: contracts.map(presentContract),
    open_tickets: await Promise.all(tickets.map(presentTicket)),
    lifetime_value_metrics: {
      total_revenue: "0.00",
      currency: useSettings().currency,
      total_orders: 0,
      average_order_value: null,
      customer_since: null,
      last_order: null,
    },
    engagement_score: engaged.total,
    health_score: well.total,
    risk_level: wellbeing.risk,
    engagement: presentScore(engaged, rules.engagement),
    health: presentScore(well, rules.health),
    as_of: wellbeing.as_of ?? Clock.now(),
  };
});

type RecentInteraction = Awaited<ReturnType<typeof assessHealth>>["happened"][number];

async function presentInteraction({ id, interaction_date, interaction_type_id, channel, outcome, sentiment }: RecentInteraction) {
  const type = await Master.find(INTERACTION_TYPES, interaction_type_id);
  return { interaction_id: id, date: interaction_date, type: type?.code ?? null, channel, outcome, sentiment };
}

async function presentOpportunity(opportunity: Awaited<ReturnType<typeof Opportunity.listOpenByCustomer>>[number]) {
  const { id, name, stage_id, amount, currency, probability, close_date } = opportunity;
  const stage = await Master.find(OPPORTUNITY_STAGES, stage_id);
  return { opportunity_id: id, name, stage: stage?.name ?? stage_id, value: amount, currency, probability, close_date };
}

const presentContract = ({ id, ...contract }: Awaited<ReturnType<typeof Contract.listOpenFor>>[number]) => {
  const { contract_number, title, status, contract_value: value, currency, start_date, end_date } = contract;
  return { contract_id: id, contract_number, title, status, value, currency, start_date, end_date };
};

async function presentTicket(ticket: Awaited<ReturnType<typeof Ticket.listOpenByCustomer>>[number]) {
  const { id, subject, status, priority_id, created_at, status_changed_at, last_activity_date } = ticket;
  const priority = await Master.find(PRIORITIES, priority_id);
  const last_update = last_activity_date && last_activity_date > status_changed_at ? last_activity_date : status_changed_at;
  return { ticket_id: id, subject, status, priority: priority?.code ?? priority_id, created: created_at, last_update };
}

const presentScore = ({ total, parts }: ScoreResult, { kind, id, number }: z.output<typeof RuleReference>) => ({
  score: total,
  rule: { kind, id, number },
  parts: [...parts],
});

export * as Customer360 from "./customer-360.ts";
