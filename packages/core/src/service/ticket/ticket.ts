import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import type { CustomerRecord } from "../../accounts/customer/customer-lookup.ts";
import { requireAlive } from "../../accounts/party/party.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Kind } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import { mayProcess } from "../../kernel/processing.ts";
import {
  anyOf,
  email,
  IdInput,
  id,
  master,
  oneLine,
  oneOf,
  patchSchema,
  phone,
  query,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { type PersonDisclosure, resolveDisclosure } from "../../people/person/disclosure.ts";
import * as Identity from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Person, type Resolution } from "../../people/person/person.ts";
import { toResolutionInput } from "../../people/person/point-attachment.ts";
import type { ResolutionInput } from "../../people/person/resolution.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import type { FieldFilter } from "../../storage/read/filter.ts";
import { list as listRecords, listSchema, MAX_READ_ROWS } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { matchByNumber, type UpsertMatching } from "../../storage/write/upsert.ts";
import { ticketTypes } from "../sla/ticket-type.ts";
import { listChildren, requireParent } from "./children.ts";
import { findManager, resolveManualLevel } from "./escalation-recipients.ts";
import { findRequesterCustomer } from "./requester-customer.ts";
import { type Decision, Router } from "./router.ts";
import { assignAgent } from "./routing.rules.ts";
import { initialSlaState } from "./sla-state.ts";
import { buildHandlingColumns } from "./state-history.rules.ts";
import { isEnded, type TicketStatus, ticketStatuses, transitions } from "./status.rules.ts";
import {
  channels,
  customerPartitions,
  fields,
  internalFields,
  noRelations,
  Stored,
  type TicketRecord,
  Tickets,
} from "./ticket.entity.ts";
import { TICKET, ticketGrants } from "./ticket.kind.ts";
import { WriteEffects } from "./write-effects.ts";

/** Tickets: requests of customers (docs/service/tickets.md). */

const hiddenFields = Object.fromEntries(internalFields.map((field) => [field, true])) as Record<
  (typeof internalFields)[number],
  true
>;

export const Info = Stored.omit(hiddenFields).extend({ custom_fields: CustomFields.outputSchema("ticket") });
export const Row = rowSchema(Stored, Tickets.definition.row).extend(CustomFields.rowShape("ticket"));

/** The requester of a ticket. They are matched like the person of a lead, or created. */
const Requester = z
  .strictObject({ name: oneLine(200).nullish(), email: email().nullish(), phone: phone().nullish() })
  .refine((requester) => requester.email || requester.phone, { path: ["email"], message: "Required if there is no phone" });

const assigneeField = { assigned_to_id: id(USER).nullish().describe("If empty, the routing rule chooses an agent") };

/** At least one of these fields must identify the requester. */
const requesterFields = ["customer_id", "requester", "personal_key_id", "contact_id"] as const;

export const Create = z
  .strictObject({
    ...fields,
    ...assigneeField,
    requester: Requester.nullish().describe("The requester, identified by email or phone"),
    personal_key_id: id(PERSON).nullish().describe("The requester, if already known as a person"),
    custom_fields: CustomFields.inputSchema("ticket", "whole"),
  })
  .meta(anyOf(requesterFields));

export type Input = z.output<typeof Create>;

/** Refuses a ticket without a requester. */
async function requireRequester(input: Partial<Input>): Promise<void> {
  if (!requesterFields.some((field) => input[field]))
    throw invalid("customer_id", "Required if there is no requester, personal_key_id or contact_id");
}

export const create = fn(
  Create,
  async (input) => {
    await requireRequester(input);
    if (input.assigned_to_id) await User.resolveChangedOwner(null, input.assigned_to_id, ...ASSIGN);
    const [ticket_number = ""] = await RecordNumbers.lease("T");
    return retryOnConflict(() => createAndRoute(input, ticket_number));
  },
  requireRequester,
);

export const ASSIGN = [ticketGrants.assign, "tickets", "assigned_to_id"] as const;

/** How a ticket starts that no user typed. */
export interface TicketOrigin {
  id?: string;
  mail?: TicketRecord["mail"];
  /** The requester's identity is unverified: the input does not add to data about existing persons. */
  isUnverified?: boolean;
  /** The ticket does not reveal the person either. */
  isLimited?: boolean;
  /** Adds writes to the transaction. Called again on each retry. */
  addToTransaction?: (tx: Transaction, ticket: TicketRecord) => Promise<Partial<Pick<TicketRecord, "attachment_ids">>>;
}

/**
 * Creates a ticket and offers it to one agent after another. An agent who is full by the time of the write is skipped. Callers run it within
 * `retryOnConflict`.
 */
export async function createAndRoute(input: Input, ticket_number: string, opening: TicketOrigin = {}): Promise<TicketRecord> {
  const parties = await resolveParties(input, opening);
  const newTicket = await buildTicket(input, ticket_number, parties, opening);
  const write = async (ticket: TicketRecord, maxLoad?: number): Promise<TicketRecord> => {
    const tx = transaction();
    if (parties.customer) await requireAlive(tx, CUSTOMER, parties.customer.id);
    await parties.person?.write(tx, null);
    const more = (await opening.addToTransaction?.(tx, ticket)) ?? {};
    const followed = await WriteEffects.apply(tx, null, { ...ticket, ...more }, { maxLoad });
    return tx.create(Tickets, followed).commit(followed);
  };
  if (input.assigned_to_id !== undefined) return write(newTicket);
  const isAssignable = await mayProcess(newTicket.personal_key_id, "assign");
  const agents = isAssignable ? await Router.considerAgents(newTicket.category_id) : [];
  return Router.offerToAgents(agents, (agent, candidates) =>
    write(assignAgent(newTicket, agent?.agent_id ?? null, candidates, newTicket.created_at), agent?.capacity),
  );
}

export interface Parties {
  customer: CustomerRecord | undefined;
  contact_id: string | null;
  person: Resolution | undefined;
  personal_key_id: string | null;
  person_sight: PersonDisclosure;
}

/** Resolves customer, contact and requester. Omitted ones are derived from the others. */
async function resolveParties(
  { customer_id, contact_id, requester, personal_key_id }: Input,
  { isUnverified = false, isLimited = false }: TicketOrigin,
): Promise<Parties> {
  const details: ErrorDetail[] = [];
  const contact = contact_id
    ? await collectDetails(details, requireVisible(CONTACT, contact_id, "contact_id"), undefined)
    : undefined;
  const person =
    requester || personal_key_id
      ? await collectDetails(
          details,
          resolvePerson(requester, personal_key_id, { unproved: isUnverified, limited: isLimited }),
          undefined,
        )
      : undefined;
  if (details.length > 0) throw invalidAll(details);
  const inferredCustomer = person?.isExisting ? await findRequesterCustomer(Person.listIds(person.person)) : null;
  const customerId =
    customer_id === undefined ? (text(64).safeParse(contact?.customer_id).data ?? inferredCustomer) : customer_id;
  const customer = customerId ? await requireVisible(CUSTOMER, customerId, "customer_id") : undefined;
  if (contact && contact.customer_id !== customerId) throw invalid("contact_id", "Belongs to another customer");
  const requesterId = person?.person.id ?? contact?.personal_key_id ?? customer?.personal_key_id ?? null;
  return {
    customer: customer as CustomerRecord | undefined,
    contact_id: contact?.id ?? null,
    person,
    personal_key_id: requesterId as string | null,
    person_sight: person ? person.person_sight : await resolveDisclosure(requesterId),
  };
}

async function requireVisible(kind: Kind, recordId: string, field: string) {
  const record = (await Records.findVisible(kind, recordId)) as
    | (Awaited<ReturnType<typeof Records.findVisible>> & { customer_id?: string | null; personal_key_id?: string | null })
    | undefined;
  if (!record) throw invalid(field, `No such ${kind.name}`);
  return record;
}

async function resolvePerson(
  requester: Input["requester"],
  personal_key_id: string | null | undefined,
  options: Pick<ResolutionInput, "unproved" | "limited">,
): Promise<Resolution> {
  const [first_name = null, ...rest] = (requester?.name ?? "").split(/\s+/).filter(Boolean);
  const personFields = { first_name, last_name: rest.join(" ") || null, email: requester?.email, phone: requester?.phone };
  return Person.resolve({ ...toResolutionInput(personFields), ...options, ...(personal_key_id ? { personal_key_id } : {}) });
}

/** Builds an unsaved ticket with its routing decision. */
export async function buildTicket(
  { assigned_to_id, requester: _requester, personal_key_id: _given, custom_fields, ...input }: Input,
  ticket_number: string,
  { customer, contact_id, personal_key_id, person_sight }: Parties,
  { id, mail = null }: TicketOrigin,
): Promise<TicketRecord> {
  const ticketFields = { ...toStoredFields(fields, input), customer_id: customer?.id ?? null, contact_id };
  const resolvedFields = await CustomFields.resolveTogether(
    "ticket",
    custom_fields,
    {},
    validateFields({ ...ticketFields, priority_id: ticketFields.priority_id ?? "medium" }),
  );
  const now = Clock.now();
  const owner = assigned_to_id ?? null;
  const facts = {
    ...resolvedFields,
    ticket_type: resolvedFields.ticket_type ?? null,
    category_id: resolvedFields.category_id ?? null,
    channel: resolvedFields.channel ?? null,
  };
  const decision = await Router.decide({ ...facts, priority_id: resolvedFields.priority_id }, customer?.vip_status ?? false);
  const initialFields: Omit<TicketRecord, keyof BaseRecord> = {
    ...resolvedFields,
    ticket_number,
    priority_id: decision ? await Router.raisePriority(resolvedFields.priority_id, decision.level) : resolvedFields.priority_id,
    personal_key_id,
    person_sight,
    customer_owner_id: customer?.owner_id ?? null,
    assigned_to_id: owner,
    assigned_at: owner === null ? null : now,
    status: owner === null ? "NEW" : "OPEN",
    status_changed_at: now,
    routing: decision ? await buildRouting(decision, resolvedFields.priority_id) : null,
    is_answered: false,
    first_response_at: null,
    awaiting_since: now,
    is_resolved: false,
    resolution: null,
    resolved_at: null,
    closed_at: null,
    resolution_time_minutes: null,
    resolutions: [],
    is_escalated: false,
    escalated_to_id: null,
    escalated_at: null,
    escalation_reason: null,
    satisfaction_rating: null,
    satisfaction_comments: null,
    last_comment_at: null,
    last_activity_date: null,
    given_priority_id: resolvedFields.priority_id,
    ...{
      sla: initialSlaState,
      sla_attention_at: null,
      sla_policy_id: null,
      sla_violations: 0,
      is_sla_paused: false,
      is_sla_violated: false,
    },
    ...{ first_response_due_at: null, next_response_due_at: null, resolution_due_at: null, next_due_at: null },
    ...{ escalation_level: 0, escalation_metric: null, escalation_percent: null },
    work_history: [],
    standings: [],
    answered: null,
    resolved: null,
    ...buildHandlingColumns({ answered: null, resolved: null }),
    ...{ snoozed_until: null, attachment_ids: [] },
    ...noRelations,
    mail,
  };
  return Records.init(Tickets, initialFields, id === undefined ? {} : { id });
}

async function buildRouting(decision: Decision, priorityId: string): Promise<NonNullable<TicketRecord["routing"]>> {
  const { reason, raised_by, rule_id, rule_number, target_hours, level } = decision;
  const raised_from = (await Router.raisePriority(priorityId, level)) === priorityId ? null : priorityId;
  const target_at = Clock.addSeconds(target_hours * 3600, Clock.ms());
  return { reason, raised_by, rule_id, rule_number, target_at, raised_from, routed_at: Clock.now(), considered: [] };
}

type TicketFields = StoredFields<typeof fields> & { priority_id: string };

/** Checks what the schema cannot, only for changed fields, and resolves master data. */
async function validateFields(next: TicketFields, current?: TicketRecord): Promise<TicketFields> {
  const ownFields = ["customer_id", "contact_id", "parent_ticket_id"];
  const resolvedNow = await Master.resolveAll(fields, next, current, { checkedFields: ownFields });
  const parent = next.parent_ticket_id;
  if (parent && parent !== current?.parent_ticket_id) await requireParent(parent, current?.id);
  return resolvedNow;
}

export const get = fn(IdInput, ({ id: ticketId }) => read(ticketId));

/** Reads the stored record of a ticket that the caller can see, for callers that change it. */
export const read = (ticketId: string): Promise<TicketRecord> => Records.read(Tickets, ticketId);

/** Updates the ticket's last activity to `instant`, in the transaction that records the activity. */
export const touch = (tx: Transaction, ticket: TicketRecord, instant: string): void =>
  Records.touch(tx, Tickets, ticket, instant);

const filters = {
  customer: id(CUSTOMER).optional(),
  status: oneOf(ticketStatuses).optional(),
  priority: master(PRIORITIES).optional(),
  category: master(TICKET_CATEGORIES).optional(),
  type: oneOf(ticketTypes).optional(),
  channel: oneOf(channels).optional(),
  team: id(TEAM).optional(),
  parent: id(TICKET).optional().describe("Only tickets below this one"),
  is_resolved: query.boolean().optional(),
  is_escalated: query.boolean().optional(),
  paths: pathParameters(),
};

export const Query = listSchema(Tickets, filters);

export const list = fn(Query, async (input): Promise<Page<TicketRecord>> => {
  const query = await listQuery(input);
  return input.parent === undefined ? listRecords(Tickets, query) : listChildren(input.parent, query);
});

const buildQuery = listQueryFor(Tickets, Query);

/** Builds the query of a ticket list. A ticket keeps the id of its requester after a merge of persons, so a person is found under all ids. */
export async function listQuery(input: z.output<typeof Query>): Promise<ListQuery> {
  const { fieldFilters, ...rest } = await buildQuery(input);
  return { ...rest, fieldFilters: fieldFilters && (await Promise.all(fieldFilters.map(includeMergedPersons))) };
}

async function includeMergedPersons(filter: FieldFilter): Promise<FieldFilter> {
  if (filter.field !== "personal_key_id" || (filter.operator !== "eq" && filter.operator !== "in")) return filter;
  const ids = await Promise.all([filter.value].flat().map(Identity.resolveIds));
  return { ...filter, operator: "in", value: [...new Set(ids.flat())] };
}

/** The list definition that the export uses. */
export const listDefinition = {
  collection: Tickets,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...assigneeField },
};

export const replace = fn(
  z.strictObject({ ...fields, ...assigneeField, custom_fields: CustomFields.inputSchema("ticket", "whole"), ...IdInput.shape }),
  ({ id: ticketId, assigned_to_id, custom_fields, ...input }) =>
    edit(ticketId, toStoredFields(fields, input), { assigned_to_id, custom_fields }, {}),
  async ({ customer_id, contact_id }, unread) => {
    const isWithout = customer_id == null && !unread.has("customer_id");
    if (contact_id && isWithout) throw invalid("customer_id", "Required with contact_id: the customer of the contact");
  },
);

const Patch = patchSchema({ ...fields, ...assigneeField }).extend({
  status: oneOf(ticketStatuses).optional(),
  custom_fields: CustomFields.inputSchema("ticket", "patch"),
  ...IdInput.shape,
});

export const update = fn(Patch, ({ id: ticketId, assigned_to_id, custom_fields, status, ...patch }) =>
  edit(ticketId, toStoredPatch(fields, patch), { assigned_to_id, custom_fields, status }, { patch: true }),
);

/** Changes that come in addition to the fields. */
export interface ExtraChanges {
  assigned_to_id?: string | null | undefined;
  custom_fields?: CustomFields.CustomFieldInput;
  status?: TicketStatus | undefined;
  resolution?: string | null | undefined;
  reason?: string | null | undefined;
}

type Changes = Partial<StoredFields<typeof fields>>;

const edit = (
  ticketId: string,
  input: Changes,
  extraChanges: ExtraChanges,
  options: CustomFields.WriteOptions,
): Promise<TicketRecord> =>
  Records.change(Tickets, ticketId, async (current, tx) =>
    WriteEffects.apply(tx, current, await applyChanges(tx, current, input, extraChanges, options)),
  );

/** Returns the ticket after checked changes. The caller applies the write effects. */
export async function applyChanges(
  tx: Transaction,
  current: TicketRecord,
  input: Changes,
  extraChanges: ExtraChanges,
  options: CustomFields.WriteOptions,
): Promise<TicketRecord> {
  const customFieldOptions = { ...options, current: current.custom_fields };
  const requestedFields = { ...current, ...input, priority_id: input.priority_id ?? current.priority_id };
  const resolvedFields = await CustomFields.resolveTogether(
    "ticket",
    extraChanges.custom_fields,
    customFieldOptions,
    validateFields(requestedFields, current),
  );
  const given_priority_id =
    resolvedFields.priority_id === current.priority_id ? current.given_priority_id : resolvedFields.priority_id;
  const next = { ...current, ...resolvedFields, given_priority_id };
  return withStatus(await withAssignee(await withCustomer(tx, next, current), extraChanges.assigned_to_id), extraChanges);
}

/** Applies a change of customer or contact. A new customer brings its owner. */
async function withCustomer(tx: Transaction, next: TicketRecord, current: TicketRecord): Promise<TicketRecord> {
  if (next.customer_id === current.customer_id && next.contact_id === current.contact_id) return next;
  const contact = next.contact_id ? await requireVisible(CONTACT, next.contact_id, "contact_id") : undefined;
  if (contact && contact.customer_id !== next.customer_id) throw invalid("contact_id", "Belongs to another customer");
  if (next.customer_id === current.customer_id) return next;
  const customer = next.customer_id ? ((await requireAlive(tx, CUSTOMER, next.customer_id)) as CustomerRecord) : undefined;
  return { ...next, customer_owner_id: customer?.owner_id ?? null };
}

async function withAssignee(ticket: TicketRecord, to: string | null | undefined): Promise<TicketRecord> {
  if (to === undefined || to === ticket.assigned_to_id) return ticket;
  const assigned_to_id = await User.resolveChangedOwner(ticket.assigned_to_id, to, ...ASSIGN);
  const status = ticket.status === "NEW" && assigned_to_id !== null ? "OPEN" : ticket.status;
  return { ...ticket, assigned_to_id, assigned_at: assigned_to_id === null ? null : Clock.now(), status };
}

/** Applies a status change that `transitions` allows. */
function withStatus(ticket: TicketRecord, { status, resolution, reason }: ExtraChanges): TicketRecord {
  const from = ticket.status;
  if (status === undefined || status === from) return ticket;
  if (!transitions[from].includes(status))
    throw conflict(`A ticket that is ${from} can only become ${transitions[from].join(" or ")}`, [
      { field: "status", message: `Cannot change from ${from} to ${status}` },
    ]);
  if (status === "WAITING_ON_CUSTOMER" && !ticket.is_answered)
    throw ruleViolation("A ticket can wait for the customer only after a public answer", [
      { field: "status", message: "Requires a public answer first" },
    ]);
  const now = Clock.now();
  const next = { ...ticket, status, status_changed_at: now };
  if (isEnded(status) && !isEnded(from)) return markResolved(next, now, resolution ?? null);
  if (isEnded(from) && !isEnded(status)) return markReopened(next, now, reason ?? null);
  return status === "CLOSED" ? { ...next, closed_at: now } : next;
}

/** Maximum number of resolutions that a ticket keeps. */
const MAX_RESOLUTIONS = 20;

const markResolved = (ticket: TicketRecord, now: string, resolution: string | null): TicketRecord => ({
  ...ticket,
  is_resolved: true,
  resolution,
  resolved_at: now,
  closed_at: ticket.status === "CLOSED" ? now : null,
  awaiting_since: null,
  resolution_time_minutes: Math.floor((Date.parse(now) - Date.parse(ticket.created_at)) / 60_000),
  resolutions: [
    ...ticket.resolutions,
    { resolution, resolved_at: now, resolved_by: useActorId(), reopened_at: null, reopened_by: null, reopened_because: null },
  ].slice(-MAX_RESOLUTIONS),
});

/** Reopens a ticket. Its resolution stays in the history. */
export const markReopened = (ticket: TicketRecord, now: string, reason: string | null): TicketRecord => ({
  ...ticket,
  is_resolved: false,
  resolution: null,
  resolved_at: null,
  closed_at: null,
  resolution_time_minutes: null,
  resolutions: ticket.resolutions.map((resolution, index, all) =>
    index === all.length - 1
      ? { ...resolution, reopened_at: now, reopened_by: useActorId(), reopened_because: reason }
      : resolution,
  ),
});

export const assign = fn(
  z.strictObject({ ...IdInput.shape, assigned_to_id: id(USER).nullable() }),
  ({ id: ticketId, assigned_to_id }) => edit(ticketId, {}, { assigned_to_id }, { patch: true }),
);

export const resolve = fn(
  z.strictObject({ ...IdInput.shape, resolution: text(10_000).nullish().describe("Description of the solution") }),
  ({ id: ticketId, resolution }) => edit(ticketId, {}, { status: "RESOLVED", resolution }, { patch: true }),
);

export const close = fn(
  z.strictObject({
    ...IdInput.shape,
    resolution: text(10_000).nullish().describe("Description of the solution, if the ticket was not resolved before"),
  }),
  ({ id: ticketId, resolution }) => edit(ticketId, {}, { status: "CLOSED", resolution }, { patch: true }),
);

export const reopen = fn(z.strictObject({ ...IdInput.shape, reason: text(2000).nullish() }), ({ id: ticketId, reason }) =>
  edit(ticketId, {}, { status: "OPEN", reason }, { patch: true }),
);

export const escalate = fn(
  z.strictObject({
    ...IdInput.shape,
    reason: text(2000).refine((value) => value.trim() !== "", "Must not be blank"),
    to_id: id(USER).optional().describe("Default: the manager of the assignee or of the team"),
  }),
  ({ id: ticketId, reason, to_id }) =>
    Records.change(Tickets, ticketId, async (current, tx) => {
      if (isEnded(current.status))
        throw conflict(`The ticket is ${current.status}`, [{ field: "status", message: current.status }]);
      if (to_id) await User.requireOwner(to_id, "to_id");
      const escalated_to_id = to_id ?? (await findManager(current));
      const escalation_level = await resolveManualLevel(current, escalated_to_id);
      const escalated = {
        ...{ is_escalated: true, escalated_to_id, escalated_at: Clock.now() },
        ...{ escalation_level, escalation_metric: null, escalation_percent: null },
      };
      return WriteEffects.apply(tx, current, { ...current, ...escalated, escalation_reason: reason });
    }),
);

export const remove = fn(IdInput, ({ id: ticketId }) =>
  Records.remove(Tickets, ticketId, (current, tx) => WriteEffects.apply(tx, current, { ...current, deleted_at: Clock.now() })),
);

export const restore = fn(IdInput, ({ id: ticketId }) =>
  Records.restore(Tickets, ticketId, (current, tx) => WriteEffects.apply(tx, current, { ...current, deleted_at: null })),
);

/** Returns those of the customer's newest `maxTickets` unresolved tickets that the caller can see, as list rows. */
export async function listOpenByCustomer(customer: string, maxTickets: number): Promise<TicketRecord[]> {
  const open: TicketRecord[] = [];
  let count = 0;
  for await (const row of queryPartitions(Tickets, customerPartitions(customer, { isEnded: false }), {
    order: "desc",
    after: undefined,
    chunk: maxTickets,
  })) {
    open.push(Tickets.fromRow(row));
    if (open.length === maxTickets || ++count >= MAX_READ_ROWS) break;
  }
  return Visibility.filterVisible(Tickets, open);
}

/** The timeline entries of tickets. */
export const timelineSource = buildTimelineSource(Tickets, {
  index: "by_rank",
  title: ({ ticket_number, subject }) => `${ticket_number} ${subject}`,
  readActor: ({ created_by }) => created_by,
});

export const matching = async (): Promise<UpsertMatching> => ({
  fields: { ticket_number: matchByNumber(Tickets, "ticket_number"), ...(await buildUniqueMatches(Tickets)) },
});

export * as Ticket from "./ticket.ts";
