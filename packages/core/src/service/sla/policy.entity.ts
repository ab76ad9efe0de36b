import * as z from "zod";
import { tiers } from "../../accounts/customer/customer.rules.ts";
import { derivedId } from "../../kernel/id.ts";
import { id, master, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { MASTER_KIND } from "../../platform/master-data/master-data.kind.ts";
import { PRIORITIES, TICKET_CATEGORIES, URGENCY_LEVELS } from "../../platform/master-data/shared.masters.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { defaultEscalations, recipients } from "./policy.rules.ts";
import { CALENDAR, SLA_POLICY } from "./sla.kind.ts";
import { ticketTypes } from "./ticket-type.ts";

/** The maximum is a year of a calendar that never closes. */
const minutes = () => z.number().int().min(1).max(525_600).nullish();

const Escalation = z.strictObject({
  percent: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .describe("Percent of the target. A level above 100 follows at least one hour after the previous level"),
  notify: z
    .array(oneOf(recipients))
    .min(1)
    .max(recipients.length)
    .describe("OWNER: the assignee; MANAGER: the manager of the team"),
});

export const fields = {
  name: name(100),
  description: text(1000).nullish(),
  sequence: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(100)
    .describe("Policies are tried in this order; the first that matches a ticket applies"),
  is_active: z.boolean().default(true),
  priority_ids: z
    .array(master(PRIORITIES))
    .max(50)
    .default([])
    .describe("Empty: any priority; the same applies to the other conditions"),
  category_ids: z.array(master(TICKET_CATEGORIES)).max(50).default([]).describe("Includes the categories below these"),
  ticket_types: z.array(oneOf(ticketTypes)).max(ticketTypes.length).default([]),
  urgency_level_ids: z.array(master(URGENCY_LEVELS)).max(50).default([]),
  customer_tiers: z.array(oneOf(tiers)).max(tiers.length).default([]),
  is_vip: z.boolean().nullish().describe("true: only VIP customers; false: only other customers"),
  calendar_id: id(CALENDAR).nullish().describe("Default: around the clock"),
  first_response_minutes: minutes().describe("Working time. Default: the `sla_hours` of the ticket's urgency"),
  next_response_minutes: minutes().describe("Working time after the customer's message. Default: first_response_minutes"),
  resolution_minutes: minutes(),
  escalations: z
    .array(Escalation)
    .max(10)
    .default(() => defaultEscalations.map(({ percent, notify }) => ({ percent, notify: [...notify] })))
    .describe("Levels in order: when users are notified, and which"),
};

export const Stored = z.object(toStoredShape(fields));

export type PolicyRecord = z.output<typeof Stored> & BaseRecord;

/** All policies of a tenant share one item collection, so one strongly consistent query reads them. */
export const POLICY_COLLECTION_ID = derivedId(MASTER_KIND, 0, "sla_policies");

export const Policies = new Collection<PolicyRecord>({
  kind: SLA_POLICY,
  schema: Stored,
  personalData: { purpose: "Promise response times." },
  row: ["name", "sequence", "is_active", "calendar_id"],
  indexes: { by_time: indexBy(), by_class: indexBy("calendar_id") },
  requiredReferences: ["calendar_id"],
});
