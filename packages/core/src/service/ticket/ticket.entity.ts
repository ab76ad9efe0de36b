import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { CONTRACT } from "../../agreements/contract/contract.kind.ts";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, matchContactPoint, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, master, name, oneOf, reference, storedDate, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { isLimited, personDisclosureField } from "../../people/person/disclosure.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { PRIORITIES, TICKET_CATEGORIES, URGENCY_LEVELS } from "../../platform/master-data/shared.masters.ts";
import { RULE } from "../../platform/rule/rule.kind.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import {
  type BaseRecord,
  Collection,
  type CounterSums,
  type ExtraIndexEntry,
  indexBy,
  sortedIndexBy,
} from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { metrics } from "../sla/policy.rules.ts";
import { SLA_POLICY } from "../sla/sla.kind.ts";
import { ticketTypes } from "../sla/ticket-type.ts";
import { buildAgentSums } from "./agent-counters.rules.ts";
import { parseEscalation } from "./escalation.rules.ts";
import { TicketMail } from "./mail-fields.ts";
import { skipReasons } from "./routing.rules.ts";
import { SlaState } from "./sla-state.ts";
import { buildHandlingColumns } from "./state-history.rules.ts";
import { findHolder, isWaiting, ticketStatuses } from "./status.rules.ts";
import { buildQueueSums } from "./team-queue-counters.rules.ts";
import { TICKET } from "./ticket.kind.ts";
import { WorkEvent } from "./work-event.schema.ts";
import { MAX_WORK_EVENTS } from "./work-history.rules.ts";

/** The channel through which the ticket came in. */
export const channels = ["EMAIL", "PHONE", "CHAT", "PORTAL", "SOCIAL", "SMS"] as const;

/** The fields of a ticket that users edit. */
export const fields = {
  subject: personalData("communication", name(255)),
  description: personalData(
    "communication",
    text(50_000).refine((value) => value.trim() !== "", "Must not be blank"),
  ),
  ticket_type: personalData("relationship", oneOf(ticketTypes).nullish()),
  category_id: master(TICKET_CATEGORIES).nullish(),
  priority_id: master(PRIORITIES).optional().describe("If empty, medium"),
  urgency_level_id: master(URGENCY_LEVELS).nullish(),
  channel: personalData("relationship", oneOf(channels).nullish()),
  customer_id: id(CUSTOMER).nullish().describe("If empty, the customer of the requester"),
  contact_id: id(CONTACT).nullish().describe("A contact of the customer"),
  contract_id: reference(CONTRACT, { wasText: true }).nullish(),
  team_id: personalData("none", id(TEAM).nullish().describe("Team whose queue has the ticket; its members can see the ticket")),
  parent_ticket_id: id(TICKET).nullish(),
  customer_notes: personalData("communication", text(10_000).nullish()),
  tags: tags().default([]),
};

/** The routing decision and its reasons. */
export const Routing = z.object({
  reason: personalData("none", z.string()),
  raised_by: personalData(
    "staff",
    z.string().nullable().describe("Reason of the case that sets the target, if it is a different case"),
  ),
  rule_id: personalData("none", id(RULE)),
  rule_number: z.number().int(),
  target_at: personalData("none", instant().describe("By wall-clock time")),
  raised_from: personalData("none", z.string().nullable().describe("Requested priority, if routing raised it")),
  routed_at: personalData("none", instant().describe("When the ticket was last offered to agents")),
  considered: z
    .array(
      z.object({
        agent_id: id(USER),
        department_match: z.boolean(),
        load: z.number().int().describe("Tickets assigned to the agent at that time"),
        passed_over: oneOf(skipReasons).nullable().describe("Why the agent was skipped"),
      }),
    )
    .describe("The first 10 agents, in the order in which they are considered"),
});

/** A resolution stays in the history when the ticket is reopened. */
export const Resolution = z.object({
  resolution: z.string().nullable(),
  resolved_at: instant(),
  resolved_by: actor(),
  reopened_at: instant().nullable(),
  reopened_by: actor().nullable(),
  reopened_because: z.string().nullable(),
});

/** Which agent first answered or resolved the ticket, and when. Reports on agents use it. */
const Handling = z.object({ agent_id: id(USER).nullable(), day: personalData("none", z.string()), minutes: z.number().int() });

/** The relations to other tickets (docs/service/tickets.md, Merging, Splitting, Related). */
const relations = {
  merged_into_id: id(TICKET).nullable().describe("Ticket into which this one was merged; this one is closed"),
  merged_ids: z.array(id(TICKET)).describe("Tickets merged into this one, at most 20; their comments are listed here"),
  split_from_id: id(TICKET).nullable(),
  related_ids: z.array(id(TICKET)).describe("Linked tickets, at most 50"),
};

/** What the undo of a merge needs: the merged ticket as it was, and what the survivor took over. */
const MergeState = personalData(
  "none",
  z.object({
    status: oneOf(ticketStatuses),
    status_changed_at: instant(),
    is_resolved: z.boolean(),
    resolved_at: instant().nullable(),
    closed_at: instant().nullable(),
    awaiting_since: instant().nullable(),
    survivor: z.object({ awaiting_since: instant().nullable(), had_customer: z.boolean() }),
  }),
);

/** The relations of a new ticket. */
export const noRelations = { merged_into_id: null, merged_ids: [], split_from_id: null, related_ids: [], merge_state: null };

export const Stored = z.object({
  ticket_number: personalData("identifier", z.string()),
  ...toStoredShape({ ...fields, priority_id: master(PRIORITIES) }),
  custom_fields: CustomFields.storedSchema(),
  personal_key_id: id(PERSON).nullable().describe("The requester"),
  person_sight: personDisclosureField,
  customer_owner_id: id(USER).nullable().describe("Owner of the customer, who can also see the ticket"),
  assigned_to_id: id(USER).nullable().describe("null: waits in the queue"),
  assigned_at: instant().nullable(),
  status: personalData("relationship", oneOf(ticketStatuses)),
  status_changed_at: instant(),
  routing: Routing.nullable(),
  is_answered: personalData("relationship", z.boolean().describe("true: an agent has answered the requester publicly")),
  first_response_at: instant().nullable(),
  awaiting_since: instant().nullable().describe("Oldest message of the requester that waits for an answer"),
  is_resolved: personalData("relationship", z.boolean()),
  resolution: z.string().nullable(),
  resolved_at: instant().nullable(),
  closed_at: instant().nullable(),
  resolution_time_minutes: personalData(
    "relationship",
    z.number().int().nullable().describe("From the creation to the last resolution"),
  ),
  resolutions: z.array(Resolution).describe("The newest 20"),
  is_escalated: personalData("relationship", z.boolean()),
  escalated_to_id: id(USER).nullable(),
  escalated_at: instant().nullable(),
  escalation_reason: z.string().nullable().describe("Text of the user who escalated; null if a clock did"),
  satisfaction_rating: personalData("behavior", z.number().int().min(1).max(5).nullable()),
  satisfaction_comments: personalData("communication", z.string().nullable()),
  last_comment_at: instant().nullable(),
  last_activity_date: instant().nullable(),
  ...toStoredShape({
    given_priority_id: personalData("none", master(PRIORITIES).describe("Priority as set by a user; routing may have raised it")),
  }),
  sla_policy_id: personalData("none", id(SLA_POLICY).nullable()),
  first_response_due_at: personalData("none", instant().nullable()),
  next_response_due_at: personalData("none", instant().nullable().describe("Set while a later message waits for an answer")),
  resolution_due_at: personalData("none", instant().nullable()),
  next_due_at: personalData("none", instant().nullable().describe("Earliest due time of the open clocks")),
  snoozed_until: personalData(
    "none",
    instant()
      .nullable()
      .describe("Until then the ticket is not in the queues of the desk, unless the requester writes; its clocks run"),
  ),
  is_sla_paused: z.boolean(),
  is_sla_violated: z.boolean(),
  sla_violations: z.number().int().describe("Number of violated clocks"),
  escalation_level: z
    .number()
    .int()
    .describe("0: not escalated; 1: to the owner; 2: to a manager, or by hand to another user; 3: to a director"),
  escalation_metric: z.enum(metrics).nullable().describe("Clock that caused the escalation; null if a user escalated"),
  escalation_percent: personalData(
    "none",
    z.number().int().nullable().describe("Percent of the target time that caused the escalation; null if a user escalated"),
  ),
  sla: SlaState,
  sla_attention_at: personalData("none", instant().nullable()),
  work_history: z.array(WorkEvent).describe(`Assignments and snoozes, the newest ${MAX_WORK_EVENTS}`),
  standings: z.array(
    z.object({
      at: instant(),
      status: personalData("relationship", oneOf(ticketStatuses).nullable()),
      assigned_to_id: id(USER).nullable(),
    }),
  ),
  answered: Handling.nullable(),
  resolved: Handling.nullable(),
  answered_day: personalData(
    "none",
    storedDate().nullable().describe("The day of the first answer in the tenant's time zone at that time"),
  ),
  answered_by_id: id(USER).nullable().describe("The agent who had the ticket when it was first answered"),
  resolved_day: personalData(
    "none",
    storedDate().nullable().describe("The day of the resolution in the tenant's time zone at that time"),
  ),
  resolved_by_id: id(USER)
    .nullable()
    .describe("The agent who had the ticket when it was resolved; null while it is open, and if it was merged"),
  ...relations,
  merge_state: MergeState.nullable(),
  attachment_ids: z.array(id(ATTACHMENT)).describe("Attachments that came with the first message"),
  mail: TicketMail.nullable().describe("Recipients of email answers; null: the requester's address"),
});

/** Stored fields that the API does not show. */
export const internalFields = ["merge_state", "standings", "answered", "resolved", "sla", "sla_attention_at"] as const;

export type TicketRecord = z.output<typeof Stored> & BaseRecord;

/** The extra index partition of a ticket's children. */
export const childIndexKey = (parent: string) => ["parent", parent] as const;

const mergeSums = (left: CounterSums, right: CounterSums): CounterSums =>
  left.scopes.length === 0 ? right : { ...left, beside: left.beside ? mergeSums(left.beside, right) : right };

const listIndexEntries = ({ parent_ticket_id, created_at }: TicketRecord): ExtraIndexEntry[] =>
  parent_ticket_id === null ? [] : [{ partition: childIndexKey(parent_ticket_id), sortKey: created_at }];

export const Tickets = new Collection<TicketRecord>({
  kind: TICKET,
  schema: Stored,
  personalData: {
    purpose: "Help persons and customers with their problems.",
    subject: aboutPerson(
      reach("personal_key_id", PERSON),
      reach("contact_id", CONTACT),
      reach("customer_id", CUSTOMER),
      matchContactPoint("mail.email"),
    ),
    others: { copied: aboutPerson(matchContactPoint("mail.cc[]")) },
    recipients: ["mail", "sms", "webhook"],
  },
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
    "first_response_due_at",
    "next_response_due_at",
    "resolution_due_at",
    "next_due_at",
    "is_sla_paused",
    "is_sla_violated",
    "escalation_level",
    "parent_ticket_id",
    "merged_into_id",
    "person_sight",
    "answered_day",
    "answered_by_id",
    "resolved_day",
    "resolved_by_id",
    "snoozed_until",
  ],
  missingValues: { attachment_ids: [], work_history: [] },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("assigned_to_id"),
    by_status: indexBy("status"),
    by_related: indexBy("customer_id", { sparse: true, splitBy: { field: "is_resolved", values: ["false", "true"] } }),
    by_class: indexBy("priority_id"),
    by_outcome: indexBy("team_id", { sparse: true }),
    by_rank: indexBy("personal_key_id", { sparse: true }),
    by_date: sortedIndexBy(({ next_due_at }) => next_due_at),
  },
  owner: "assigned_to_id",
  person: "personal_key_id",
  sharing: { users: ({ customer_owner_id }) => [customer_owner_id], teams: ({ team_id }) => [team_id ?? null] },
  visibilityGrant: { field: "personal_key_id", except: isLimited },
  disclosedNames: ["customer_id"],
  filters: {
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
    priority: { index: "by_class", field: "priority_id" },
    team: { index: "by_outcome", field: "team_id" },
    parent: { field: "parent_ticket_id", hasOwnCounters: true },
    category: { field: "category_id" },
    type: { field: "ticket_type" },
    channel: { field: "channel" },
    is_resolved: { field: "is_resolved" },
    is_escalated: { field: "is_escalated" },
    is_sla_violated: { field: "is_sla_violated" },
  },
  sorts: { next_due_at: "by_date" },
  clocks: { sla: ({ sla_attention_at }) => sla_attention_at, snooze: ({ snoozed_until }) => snoozed_until },
  extraIndex: { of: listIndexEntries, since: 1 },
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: ({ subject, ticket_number }) => [...textSearchWords(subject), ...numberSearchWords(ticket_number)],
  events: {
    status_changed: fieldChanged("status"),
    assigned: fieldChanged("assigned_to_id"),
    resolved: (after, before) => after.is_resolved && !before?.is_resolved && after.merged_into_id === null,
    merged: (after, before) => before !== undefined && after.merged_into_id !== null && before.merged_into_id === null,
    unmerged: (after, before) => after.merged_into_id === null && (before?.merged_into_id ?? null) !== null,
    reopened: (after, before) => before?.is_resolved === true && !after.is_resolved && before.merged_into_id === null,
    sla_violated: (after, before) => after.sla_violations > (before?.sla_violations ?? 0),
    customer_changed: fieldChanged("customer_id"),
    released: (after, before) => findHolder(before) !== null && findHolder(before) !== findHolder(after),
    queued: (after, before) => isWaiting(after) && !(before && isWaiting(before)),
    escalated: (after, before) => after.is_escalated && after.escalated_at !== (before?.escalated_at ?? null),
  },
  sums: (ticket) => mergeSums(buildAgentSums(ticket), buildQueueSums(ticket)),
  internal: internalFields,
  // Tags of tickets of this shape were not counted. The stream consumer counts them when it processes the migrated record. The columns of their
  // handling did not exist.
  migrations: [
    (stored) => ({ ...stored, ...buildHandlingColumns(stored as Pick<TicketRecord, "answered" | "resolved">) }),
    (stored) => ({ ...stored, ...parseEscalation(stored) }),
  ],
  // The release before drops what it does not know: the lines of assignments, and the percent of an escalation.
  formerForm: { shape: 2 },
  sensitivity: "confidential",
});

/** Returns the index partitions of a customer's tickets. Ended tickets are in a separate partition. */
export const customerPartitions = (customer_id: string, { isEnded }: { isEnded?: boolean } = {}): Partition[] =>
  (isEnded === undefined ? ["false", "true"] : [String(isEnded)]).map((is_resolved) => ({
    index: "by_related",
    facets: { customer_id, is_resolved },
  }));
