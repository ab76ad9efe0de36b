import * as z from "zod";
import { CONTACT } from "../contact/contact.domain.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { actor } from "../kernel/actor.ts";
import { id, instant, master, name, oneOf, reference, storedOf, tags, text } from "../kernel/schema.ts";
import { wordsOf, wordsOfNumber } from "../kernel/text.ts";
import { PRIORITIES, TICKET_CATEGORIES, URGENCY_LEVELS } from "../masters/shared.masters.ts";
import { PERSON } from "../person/person.domain.ts";
import { RULE } from "../rule/rule.domain.ts";
import { type BaseRecord, by, Collection, orderedBy } from "../storage/table/collection.ts";
import { TEAM, USER } from "../user/user.domain.ts";
import { TicketMail } from "./mail/fields.ts";
import { isEnded, ticketStatuses } from "./status.rules.ts";
import { TICKET } from "./ticket.domain.ts";

/** What it is about (seed 002, ticket_type); its category is the tenant's own. */
export const ticketTypes = [
  "QUESTION",
  "INCIDENT",
  "PROBLEM",
  "BUG_REPORT",
  "FEATURE_REQUEST",
  "BILLING_ISSUE",
  "ACCOUNT_ISSUE",
  "COMPLAINT",
  "OTHER",
] as const;

/** How it came in (seed 001). */
export const channels = ["EMAIL", "PHONE", "CHAT", "PORTAL", "SOCIAL"] as const;

/** What a customer asks (seed 001, support_tickets; 002, support_tickets). */
export const fields = {
  subject: name(255),
  description: text(50_000).refine((said) => said.trim() !== "", "Must not be blank"),
  ticket_type: oneOf(ticketTypes).nullish(),
  category_id: master(TICKET_CATEGORIES).nullish(),
  priority_id: master(PRIORITIES).optional().describe("`medium` unless told otherwise"),
  urgency_level_id: master(URGENCY_LEVELS).nullish(),
  channel: oneOf(channels).nullish(),
  customer_id: id(CUSTOMER).nullish().describe("That of the requester unless told otherwise; null until one is chosen"),
  contact_id: id(CONTACT).nullish().describe("A contact of the customer"),
  contract_id: reference().nullish(),
  team_id: id(TEAM).nullish().describe("In whose queue it stands; who is in it sees it"),
  parent_ticket_id: id(TICKET).nullish(),
  customer_notes: text(10_000).nullish(),
  tags: tags().default([]),
};

/** Why it went where it went. */
export const Routing = z.object({
  reason: z.string(),
  raised_by: z.string().nullable().describe("The reason of the case that gives the target, where that is another one"),
  rule_id: id(RULE),
  rule_number: z.number().int(),
  target_at: instant().describe("By the clock on the wall"),
  routed_at: instant(),
});

/** A resolution stays when the ticket is reopened (seed 001, ticket_resolutions). */
export const Resolution = z.object({
  resolution: z.string().nullable(),
  resolved_at: instant(),
  resolved_by: actor(),
  reopened_at: instant().nullable(),
  reopened_by: actor().nullable(),
  reopened_because: z.string().nullable(),
});

export const Stored = z.object({
  ticket_number: z.string(),
  ...storedOf(fields),
  custom_fields: CustomFields.stored(),
  priority_id: z.string(),
  personal_key_id: id(PERSON).nullable().describe("The requester"),
  customer_owner_id: id(USER).nullable().describe("Who owns the customer: they see it too"),
  assigned_to_id: id(USER).nullable().describe("null: waits in the queue"),
  assigned_at: instant().nullable(),
  status: oneOf(ticketStatuses),
  status_changed_at: instant(),
  routing: Routing.nullable(),
  is_answered: z.boolean().describe("The requester has a public answer of an agent"),
  first_response_at: instant().nullable(),
  awaiting_since: instant().nullable().describe("The oldest message of the requester that waits for an answer"),
  is_resolved: z.boolean(),
  resolution: z.string().nullable(),
  resolved_at: instant().nullable(),
  closed_at: instant().nullable(),
  resolution_time_minutes: z.number().int().nullable().describe("From its opening to its last resolution"),
  resolutions: z.array(Resolution).describe("The newest 20"),
  is_escalated: z.boolean(),
  escalated_to_id: id(USER).nullable(),
  escalated_at: instant().nullable(),
  escalation_reason: z.string().nullable(),
  satisfaction_rating: z.number().int().min(1).max(5).nullable(),
  satisfaction_comments: z.string().nullable(),
  last_comment_at: instant().nullable(),
  last_activity_date: instant().nullable(),
  mail: TicketMail.nullable().describe("Where answers go by mail; null: to the requester's address"),
});

export type TicketRecord = z.output<typeof Stored> & BaseRecord;

export const Tickets = new Collection<TicketRecord>({
  kind: TICKET,
  schema: Stored,
  row: [
    "ticket_number",
    "subject",
    "ticket_type",
    "category_id",
    "priority_id",
    "urgency_level_id",
    "status",
    "status_changed_at",
    "channel",
    "customer_id",
    "customer_owner_id",
    "contact_id",
    "personal_key_id",
    "assigned_to_id",
    "team_id",
    "first_response_at",
    "awaiting_since",
    "resolved_at",
    "is_resolved",
    "is_escalated",
    "satisfaction_rating",
    "last_comment_at",
    "last_activity_date",
    "tags",
  ],
  indexes: {
    by_time: by(),
    by_owner: by("assigned_to_id"),
    by_status: by("status"),
    by_related: by("customer_id", { sparse: true }),
    by_class: by("priority_id"),
    by_outcome: by("team_id", { sparse: true }),
    by_date: orderedBy(({ awaiting_since, status }) => (isEnded(status) ? null : awaiting_since)),
  },
  owner: "assigned_to_id",
  shares: ({ team_id, customer_owner_id }) => [team_id, customer_owner_id].filter((one) => one !== null),
  filters: {
    customer: { index: "by_related", field: "customer_id", separate: true },
    status: { index: "by_status", field: "status" },
    priority: { index: "by_class", field: "priority_id" },
    team: { index: "by_outcome", field: "team_id" },
    category: { field: "category_id" },
    type: { field: "ticket_type" },
    channel: { field: "channel" },
    is_resolved: { field: "is_resolved" },
    is_escalated: { field: "is_escalated" },
  },
  sorts: { awaiting_since: "by_date" },
  declares: [CustomFields.declarations],
  own: CustomFields.own,
  words: ({ subject, ticket_number }) => [...wordsOf(subject), ...wordsOfNumber(ticket_number)],
  events: {
    status_changed: (after, before) => before !== undefined && before.status !== after.status,
    assigned: (after, before) => before !== undefined && before.assigned_to_id !== after.assigned_to_id,
    resolved: (after, before) => after.is_resolved && !before?.is_resolved,
    reopened: (after, before) => before?.is_resolved === true && !after.is_resolved,
    escalated: (after, before) => after.is_escalated && after.escalated_at !== (before?.escalated_at ?? null),
  },
  sensitivity: "confidential",
});
