import * as z from "zod";
import { name, oneOf } from "../../kernel/schema.ts";
import { TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { masterValues, resolveConditions } from "../../sales/assignment/assignable-kind.ts";
import { ticketTypes } from "../sla/ticket-type.ts";
import { defaultCases } from "./routing.rules.ts";
import { channels } from "./ticket.entity.ts";

/** The routing rule: how urgent tickets are and how soon they must be answered. */

const level = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);

const CaseCondition = z
  .strictObject({
    is_vip: z.boolean().nullish().describe("true: the customer is a VIP; false: the customer is not"),
    ticket_types: z.array(oneOf(ticketTypes)).max(ticketTypes.length).nullish(),
    levels: z.array(level).max(4).nullish().describe("Levels of the priority, from 1 (low) to 4 (critical)"),
    categories: masterValues(TICKET_CATEGORIES).describe("Any of these categories, by code or id"),
    channels: z.array(oneOf(channels)).max(channels.length).nullish(),
  })
  .describe("All conditions must hold; an omitted condition holds for every ticket");

const Case = z.strictObject({
  reason: name(200).describe("Reason shown on the ticket"),
  when: CaseCondition.default({}),
  level_at_least: level.nullish().describe("Minimum level: a lower priority is raised to it"),
  target_hours: z.number().positive().max(8760).describe("Wall-clock hours"),
});

const Definition = z.strictObject({ cases: z.array(Case).max(50).describe("The first matching case applies") });

const masters = { categories: { kind: TICKET_CATEGORIES, storageForm: "id" } } as const;

export const TicketRouting = ruleKind({
  name: "ticket_routing",
  label: "Routing of tickets",
  description: "Priority and target time of a ticket, by customer, type, priority, category and channel",
  schema: Definition,
  defaults: [{ cases: defaultCases.map((rule) => ({ ...rule, when: rule.when as z.output<typeof CaseCondition> })) }],
  resolve: async ({ cases }) => ({
    cases: await Promise.all(
      cases.map(async (rule, index) => ({
        ...rule,
        when: await resolveConditions(rule.when, masters, `cases[${index}].when`),
      })),
    ),
  }),
});
