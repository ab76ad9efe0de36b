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
  percent: z.number().int().min(1).max(1000).describe("Of the target; behind 100 an hour after the level before at least"),
  notify: z.array(oneOf(recipients)).min(1).max(recipients.length).describe("OWNER: the assignee. MANAGER: of the team"),
});

export const fields = {
  name: name(100),
  description: text(1000).nullish(),
  sequence: z.number().int().min(0).max(100_000).default(100).describe("The first that is for a ticket is followed"),
  is_active: z.boolean().default(true),
  priority_ids: z.array(master(PRIORITIES)).max(50).default([]).describe("With none, of any; so are the others"),
  category_ids: z.array(master(TICKET_CATEGORIES)).max(50).default([]).describe("With those below them"),
  ticket_types: z.array(oneOf(ticketTypes)).max(ticketTypes.length).default([]),
  urgency_level_ids: z.array(master(URGENCY_LEVELS)).max(50).default([]),
  customer_tiers: z.array(oneOf(tiers)).max(tiers.length).default([]),
  is_vip: z.boolean().nullish().describe("Of customers who are VIP, or of those who are not"),
  calendar_id: id(CALENDAR).nullish().describe("Around the clock unless told otherwise"),
  first_response_minutes: minutes().describe("Of working time; the `sla_hours` of the ticket's urgency unless told otherwise"),
  next_response_minutes: minutes().describe("From the customer's message on; as the first unless told otherwise"),
  resolution_minutes: minutes(),
  escalations: z
    .array(Escalation)
    .max(10)
    .default(() => defaultEscalations.map(({ percent, notify }) => ({ percent, notify: [...notify] })))
    .describe("Who is told when, in order"),
};

export const Stored = z.object(toStoredShape(fields));

export type PolicyRecord = z.output<typeof Stored> & BaseRecord;

/** All policies of a tenant share one item collection, so one strongly consistent query reads them. */
export const POLICY_COLLECTION_ID = derivedId(MASTER_KIND, 0, "sla_policies");

export const Policies = new Collection<PolicyRecord>({
  kind: SLA_POLICY,
  schema: Stored,
  row: ["name", "sequence", "is_active", "calendar_id"],
  indexes: { by_time: indexBy(), by_class: indexBy("calendar_id") },
  requiredReferences: ["calendar_id"],
});
