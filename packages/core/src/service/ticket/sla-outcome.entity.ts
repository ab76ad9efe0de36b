import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { derivedId } from "../../kernel/id.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, master, storedDate } from "../../kernel/schema.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { type Metric, metrics } from "../sla/policy.rules.ts";
import { SLA_POLICY } from "../sla/sla.kind.ts";
import { buildOutcomeSums } from "./sla-outcome-counters.rules.ts";
import { SLA_OUTCOME, TICKET } from "./ticket.kind.ts";

/** The outcome of a ticket's clock (docs/service/sla.md, Outcomes). */

export const states = ["MET", "VIOLATED"] as const;

export const Stored = z.object({
  ticket_id: id(TICKET),
  metric: personalData("relationship", z.enum(metrics)),
  state: personalData("relationship", z.enum(states)),
  policy_id: personalData("none", id(SLA_POLICY)),
  agent_id: id(USER).nullable().describe("Assignee when the clock was judged"),
  team_id: personalData("none", id(TEAM).nullable()),
  category_id: personalData("none", master(TICKET_CATEGORIES).nullable()),
  priority_id: personalData("none", master(PRIORITIES)),
  customer_id: id(CUSTOMER).nullable(),
  started_at: instant(),
  due_at: personalData(
    "none",
    instant().nullable().describe("null: the clock was met, and would not have been due within ten years"),
  ),
  stopped_at: instant().nullable().describe("null: violated, and the answer or resolution is still missing"),
  judged_at: instant().describe("When the clock was violated or met"),
  target_seconds: z.number().int().describe("Target in working time"),
  over_seconds: z.number().int().nullable().describe("Working time beyond the target; null while it increases"),
  judged_day: personalData("none", storedDate().describe("Day of judged_at in the tenant's time zone at that time")),
});

export type OutcomeRecord = z.output<typeof Stored> & BaseRecord;

export const Outcomes = new Collection<OutcomeRecord>({
  kind: SLA_OUTCOME,
  schema: Stored,
  personalData: {
    purpose: "Measure whether response times were met.",
    subject: aboutPerson(reach("ticket_id", TICKET), reach("customer_id", CUSTOMER)),
  },
  row: Object.keys(Stored.shape) as (keyof z.output<typeof Stored>)[],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("state"),
    by_related: indexBy("ticket_id"),
    by_class: indexBy("policy_id"),
    by_owner: indexBy("agent_id", { sparse: true }),
    by_outcome: indexBy("customer_id", { sparse: true }),
  },
  visibleWith: "ticket_id",
  parent: "ticket_id",
  sums: buildOutcomeSums,
  timeField: "judged_at",
  filters: {
    state: { index: "by_status", field: "state" },
    metric: { field: "metric" },
    policy: { index: "by_class", field: "policy_id" },
    agent: { index: "by_owner", field: "agent_id" },
    category: { field: "category_id" },
    customer: { index: "by_outcome", field: "customer_id", hasOwnCounters: true },
  },
});

/** Identifies the clock of a ticket and when it was judged, so each outcome exists once. */
export interface OutcomeKey {
  ticket_id: string;
  metric: Metric;
  started_at: string;
  judged_at: string;
}

export const outcomeId = ({ ticket_id, metric, started_at, judged_at }: OutcomeKey): string =>
  derivedId(SLA_OUTCOME, Date.parse(judged_at), `${ticket_id}/${metric}/${started_at}`);
