import * as z from "zod";
import { Customer } from "../accounts/customer/customer.ts";
import { readSaleCounters } from "../accounts/customer/sale-counters.ts";
import { computeSales } from "../accounts/customer/sale-totals.rules.ts";
import { assessHealth } from "../accounts/health/assessment.ts";
import { contractGrants } from "../agreements/contract/contract.kind.ts";
import { Contract } from "../agreements/contract/contract.ts";
import { type CustomerOrders, readCustomerOrders } from "../commerce/order/customer-orders.ts";
import { paymentStates } from "../commerce/order/ledger.rules.ts";
import { orderGrants } from "../commerce/order/order.kind.ts";
import { orderStatuses } from "../commerce/order/order.rules.ts";
import { paymentGrants } from "../commerce/payment/payment.kind.ts";
import { Payment } from "../commerce/payment/payment.ts";
import { segmentGrants } from "../engagement/segment/segment.kind.ts";
import { Segment } from "../engagement/segment/segment.ts";
import { Clock } from "../kernel/clock.ts";
import { hasPermission } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { Money } from "../kernel/money.ts";
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
/** The orders and payments that are shown. */
const MAX_RECENT = 10;

const signedMoney = () => z.string().meta({ "x-type": "money", examples: ["1200.00"] });

const Financials = z
  .object({
    amounts: z
      .array(
        z.object({
          currency: z.string(),
          lifetime_value: signedMoney(),
          open_balance: signedMoney().describe("Still owed for all orders of the customer"),
          overdue_balance: signedMoney().describe("Overdue of the newest 100 orders, as far as the caller can see them"),
        }),
      )
      .describe("By currency"),
    last_orders: z
      .array(
        z.object({
          order_id: z.string(),
          order_number: z.string(),
          date: date(),
          status: oneOf(orderStatuses),
          payment_state: oneOf(paymentStates),
          total: signedMoney(),
          balance: signedMoney(),
          currency: z.string(),
          due_date: date().nullable(),
        }),
      )
      .describe(`The newest ${MAX_RECENT} that the caller can see`),
    last_payments: z
      .array(
        z.object({
          payment_id: z.string(),
          order_id: z.string(),
          amount: z.string(),
          currency: z.string(),
          status: z.string(),
          date: date().nullable(),
        }),
      )
      .describe(`The newest ${MAX_RECENT} that the caller can see`),
  })
  .meta({ id: "CustomerFinancials" });

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
    total_revenue: signedMoney().describe("lifetime_value of the customer"),
    currency: z.string().describe("Currency of the customer"),
    total_orders: z.number().int().describe("paid_orders_count of the customer"),
    average_order_value: signedMoney().nullable().describe("total_revenue ÷ total_orders; null without orders"),
    customer_since: date().nullable().describe("Day of the first sale"),
    last_order: date().nullable().describe("Day of the last sale"),
  }),
  financials: Financials,
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
  const [names, segments, open, contracts, tickets, wellbeing, counters, bought, payments] = await Promise.all([
    customer.owner_id ? Directory.loadNames([customer.owner_id]) : undefined,
    hasPermission(segmentGrants.read) ? Segment.listNames(customer.id) : [],
    seen,
    hasPermission(contractGrants.read) ? Contract.listOpenFor(customer.id, MAX_OPEN) : [],
    hasPermission(ticketGrants.read) ? Ticket.listOpenByCustomer(customer.id, MAX_OPEN) : [],
    assessHealth(customer, { open: seen.then(({ length }) => length), canSee: hasPermission(interactionGrants.read) }),
    readSaleCounters(customer.id),
    hasPermission(orderGrants.read) ? readCustomerOrders(customer.id) : { orders: [], overdue: new Map<string, string>() },
    hasPermission(paymentGrants.read) ? Payment.listByCustomer(customer.id, MAX_RECENT) : [],
  ]);
  const sales = computeSales(counters);
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
    lifetime_value_metrics: presentLifetimeValue(customer, sales.days),
    financials: {
      amounts: presentBalances(sales.amounts, bought.overdue),
      last_orders: bought.orders.slice(0, MAX_RECENT).map(presentOrder),
      last_payments: payments.map(presentPayment),
    },
    engagement_score: engaged.total,
    health_score: well.total,
    risk_level: wellbeing.risk,
    engagement: presentScore(engaged, rules.engagement),
    health: presentScore(well, rules.health),
    as_of: wellbeing.as_of ?? Clock.now(),
  };
});

function presentLifetimeValue(
  { lifetime_value, paid_orders_count, currency }: Awaited<ReturnType<typeof Customer.read>>,
  days: readonly string[],
) {
  return {
    total_revenue: lifetime_value,
    currency,
    total_orders: paid_orders_count,
    average_order_value: paid_orders_count === 0 ? null : Money.divide(lifetime_value, paid_orders_count),
    customer_since: days[0] ?? null,
    last_order: days.at(-1) ?? null,
  };
}

const presentBalances = (amounts: ReturnType<typeof computeSales>["amounts"], overdue: ReadonlyMap<string, string>) =>
  amounts.map(({ currency, lifetime_value, open_balance }) => ({
    ...{ currency, lifetime_value, open_balance },
    overdue_balance: overdue.get(currency) ?? Money.zero(Money.currencyDecimals(currency)),
  }));

const presentOrder = ({ id, ...order }: CustomerOrders["orders"][number]) => {
  const { order_number, order_date, status, payment_state, total, balance, currency, next_due_date } = order;
  return {
    ...{ order_id: id, order_number, date: order_date, status, payment_state },
    ...{ total, balance, currency, due_date: next_due_date },
  };
};

const presentPayment = ({ id, ...payment }: Awaited<ReturnType<typeof Payment.listByCustomer>>[number]) => {
  const { order_id, amount, currency, status, paid_date, due_date } = payment;
  return { payment_id: id, order_id, amount, currency, status, date: paid_date ?? due_date };
};

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
  const { contract_number, title, status, contract_value, currency, start_date, end_date } = contract;
  return { contract_id: id, contract_number, title, status, value: contract_value, currency, start_date, end_date };
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
