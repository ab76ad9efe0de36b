import * as z from "zod";
import { CONTACT } from "../contact/contact.domain.ts";
import { askedOf } from "../custom-field/asked.ts";
import { ownMatches } from "../custom-field/matching.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import type { CustomerRecord } from "../customer/known.ts";
import { customerOf } from "../interaction/with-whom.ts";
import { Clock } from "../kernel/clock.ts";
import { useActorId } from "../kernel/context.ts";
import { conflict, type Detail, gathered, invalid, invalidAll, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import type { Kind } from "../kernel/id.ts";
import type { Page } from "../kernel/page.ts";
import {
  anyOf,
  email,
  type Filled,
  filled,
  id,
  master,
  oneLine,
  oneOf,
  patched,
  patchOf,
  phone,
  query,
  text,
} from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../masters/shared.masters.ts";
import { requireAlive } from "../opportunity/party.ts";
import { claimOf } from "../person/named.ts";
import { PERSON } from "../person/person.domain.ts";
import { Person, type Resolution } from "../person/person.ts";
import { type PersonSight, sightOf } from "../person/person-sight.ts";
import type { Claim } from "../person/resolve.ts";
import { ticketTypes } from "../sla/ticket-type.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema, MOST_READ } from "../storage/read/list.ts";
import { merged } from "../storage/read/scan.ts";
import { momentsOf } from "../storage/read/timeline.ts";
import { Visible } from "../storage/read/visibility.ts";
import { type BaseRecord, rowOf } from "../storage/table/collection.ts";
import { Numbers } from "../storage/table/number.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { byNumber, type Matching } from "../storage/write/upsert.ts";
import { TEAM, USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { listBelow, requireParent } from "./children.ts";
import { unborn } from "./clock-state.ts";
import { Course } from "./course.ts";
import { managerOf } from "./recipients.ts";
import { type Decision, Router } from "./router.ts";
import { givenBy, MOST_HELD } from "./routing.rules.ts";
import { isEnded, type TicketStatus, ticketStatuses, ways } from "./status.rules.ts";
import { TICKET, ticketGrants } from "./ticket.domain.ts";
import {
  channels,
  fields,
  internal,
  partitionsOfCustomer,
  Stored,
  type TicketRecord,
  Tickets,
  unrelated,
} from "./ticket.entity.ts";

/** Tickets: what customers ask, until it is answered (docs/tickets.md; seed 001, Support; seed 002, support_tickets). */

const hidden = Object.fromEntries(internal.map((field) => [field, true])) as Record<(typeof internal)[number], true>;

export const Info = Stored.omit(hidden).extend({ custom_fields: CustomFields.shown("ticket") });
export const Row = rowOf(Stored, Tickets.definition.row);

/** Whom a ticket is of: found as a lead finds its person, or made (decisions, Tickets). */
const Requester = z
  .strictObject({ name: oneLine(200).nullish(), email: email().nullish(), phone: phone().nullish() })
  .refine((given) => given.email || given.phone, { path: ["email"], message: "Required, or a phone" });

const assigned = { assigned_to_id: id(USER).nullish().describe("Left out, the rule of routing gives it to an agent") };

/** Any of these says who asks. */
const asking = ["customer_id", "requester", "personal_key_id", "contact_id"] as const;

export const Create = z
  .strictObject({
    ...fields,
    ...assigned,
    requester: Requester.nullish().describe("The person who asks, by email or phone"),
    personal_key_id: id(PERSON).nullish().describe("The person who asks, where they are known"),
    custom_fields: CustomFields.given("ticket", "whole"),
  })
  .meta(anyOf(asking));

export type Input = z.output<typeof Create>;

/** A ticket that nobody asks for is of nobody. */
async function requireRequester(input: Partial<Input>): Promise<void> {
  if (!asking.some((field) => input[field]))
    throw invalid("customer_id", "Required, or a requester, a personal_key_id or a contact_id");
}

export const create = fn(
  Create,
  async (input) => {
    await requireRequester(input);
    if (input.assigned_to_id) await User.ownerOfChange(null, input.assigned_to_id, ...ASSIGN);
    const [ticket_number = ""] = await Numbers.lease("T");
    return retryOnConflict(() => written(input, ticket_number));
  },
  requireRequester,
);

export const ASSIGN = [ticketGrants.assign, "tickets", "assigned_to_id"] as const;

/** How a ticket begins that nobody has typed. */
export interface Opening {
  id?: string;
  mail?: TicketRecord["mail"];
  /** Whoever asks is not known to be who they say: they add nothing to what is known of others. */
  isUnproved?: boolean;
  /** Nor does it show anything of who they say they are. */
  isLimited?: boolean;
  /** What is written with it, at each try anew. */
  beside?: (tx: Transaction, ticket: TicketRecord) => Promise<void>;
}

/** Tries agent after agent: whoever is full by the time of the write is passed over. Runs within `retryOnConflict`. */
export async function written(input: Input, ticket_number: string, opening: Opening = {}): Promise<TicketRecord> {
  const parties = await partiesOf(input, opening);
  const born = await bornOf(input, ticket_number, parties, opening);
  const write = async (ticket: TicketRecord, most?: number): Promise<TicketRecord> => {
    const tx = transaction();
    if (parties.customer) await requireAlive(tx, CUSTOMER, parties.customer.id);
    await parties.person?.write(tx, null);
    await opening.beside?.(tx, ticket);
    const followed = await Course.follow(tx, null, ticket, { most });
    return tx.create(Tickets, followed).commit(followed);
  };
  if (input.assigned_to_id !== undefined) return write(born);
  return Router.offered(await Router.consider(born.category_id), (agent, asked) =>
    write(givenBy(born, agent, asked, born.created_at), MOST_HELD),
  );
}

export interface Parties {
  customer: CustomerRecord | undefined;
  contact_id: string | null;
  person: Resolution | undefined;
  personal_key_id: string | null;
  person_sight: PersonSight;
}

/** Customer, contact and requester: what is left out follows from what is said. */
async function partiesOf(
  { customer_id, contact_id, requester, personal_key_id }: Input,
  { isUnproved = false, isLimited = false }: Opening,
): Promise<Parties> {
  const details: Detail[] = [];
  const contact = contact_id ? await gathered(details, shownAs(CONTACT, contact_id, "contact_id"), undefined) : undefined;
  const person =
    requester || personal_key_id
      ? await gathered(details, resolved(requester, personal_key_id, { unproved: isUnproved, limited: isLimited }), undefined)
      : undefined;
  if (details.length > 0) throw invalidAll(details);
  const known = person?.found ? await customerOf(Person.idsOf(person.person)) : null;
  const wanted = customer_id === undefined ? (text(64).safeParse(contact?.customer_id).data ?? known) : customer_id;
  const customer = wanted ? await shownAs(CUSTOMER, wanted, "customer_id") : undefined;
  if (contact && contact.customer_id !== wanted) throw invalid("contact_id", "Of another customer");
  const requesterId = person?.person.id ?? contact?.personal_key_id ?? customer?.personal_key_id ?? null;
  return {
    customer: customer as CustomerRecord | undefined,
    contact_id: contact?.id ?? null,
    person,
    personal_key_id: requesterId as string | null,
    person_sight: person ? person.person_sight : await sightOf(requesterId),
  };
}

async function shownAs(kind: Kind, wanted: string, field: string) {
  const record = (await Records.shown(kind, wanted)) as
    | (Awaited<ReturnType<typeof Records.shown>> & { customer_id?: string | null; personal_key_id?: string | null })
    | undefined;
  if (!record) throw invalid(field, `No such ${kind.name}`);
  return record;
}

async function resolved(
  requester: Input["requester"],
  personal_key_id: string | null | undefined,
  how: Pick<Claim, "unproved" | "limited">,
): Promise<Resolution> {
  const [first_name = null, ...rest] = (requester?.name ?? "").split(/\s+/).filter(Boolean);
  const who = { first_name, last_name: rest.join(" ") || null, email: requester?.email, phone: requester?.phone };
  return Person.resolve({ ...claimOf(who), ...how, ...(personal_key_id ? { personal_key_id } : {}) });
}

/** A ticket that is not written yet, as the rule of routing has it. */
export async function bornOf(
  { assigned_to_id, requester: _requester, personal_key_id: _given, custom_fields, ...input }: Input,
  ticket_number: string,
  { customer, contact_id, personal_key_id, person_sight }: Parties,
  { id, mail = null }: Opening,
): Promise<TicketRecord> {
  const told = { ...filled(fields, input), customer_id: customer?.id ?? null, contact_id };
  const whole = await CustomFields.beside(
    "ticket",
    custom_fields,
    {},
    checked({ ...told, priority_id: told.priority_id ?? "medium" }),
  );
  const now = Clock.now();
  const owner = assigned_to_id ?? null;
  const facts = {
    ...whole,
    ticket_type: whole.ticket_type ?? null,
    category_id: whole.category_id ?? null,
    channel: whole.channel ?? null,
  };
  const decision = await Router.decide({ ...facts, priority_id: whole.priority_id }, customer?.vip_status ?? false);
  const born: Omit<TicketRecord, keyof BaseRecord> = {
    ...whole,
    ticket_number,
    priority_id: decision ? await Router.raised(whole.priority_id, decision.level) : whole.priority_id,
    personal_key_id,
    person_sight,
    customer_owner_id: customer?.owner_id ?? null,
    assigned_to_id: owner,
    assigned_at: owner === null ? null : now,
    status: owner === null ? "NEW" : "OPEN",
    status_changed_at: now,
    routing: decision ? await routingOf(decision, whole.priority_id) : null,
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
    given_priority_id: whole.priority_id,
    ...{
      sla: unborn,
      sla_attention_at: null,
      sla_policy_id: null,
      sla_violations: 0,
      is_sla_paused: false,
      is_sla_violated: false,
    },
    ...{ first_response_due_at: null, next_response_due_at: null, resolution_due_at: null, next_due_at: null },
    ...{ escalation_level: 0, escalation_metric: null },
    standings: [],
    answered: null,
    resolved: null,
    ...unrelated,
    mail,
  };
  return Records.born(Tickets, born, id === undefined ? {} : { id });
}

async function routingOf(decision: Decision, asked: string): Promise<NonNullable<TicketRecord["routing"]>> {
  const { reason, raised_by, rule_id, rule_number, target_hours, level } = decision;
  const raised_from = (await Router.raised(asked, level)) === asked ? null : asked;
  const target_at = Clock.after(target_hours * 3600, Clock.ms());
  return { reason, raised_by, rule_id, rule_number, target_at, raised_from, routed_at: Clock.now(), considered: [] };
}

type Checked = Filled<typeof fields> & { priority_id: string };

/** What a schema cannot see of the fields; only of what is new, and all that is wrong is said at once. */
async function checked(next: Checked, current?: TicketRecord): Promise<Checked> {
  const own = ["customer_id", "contact_id", "parent_ticket_id"];
  const resolvedNow = await Master.resolveAll(fields, next, current, { own });
  const parent = next.parent_ticket_id;
  if (parent && parent !== current?.parent_ticket_id) await requireParent(parent, current?.id);
  return resolvedNow;
}

const One = z.strictObject({ id: text(64) });

export const get = fn(One, ({ id: wanted }) => read(wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<TicketRecord> => Records.read(Tickets, wanted);

/** Something happened with the ticket at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, ticket: TicketRecord, at: string): void => Records.touch(tx, Tickets, ticket, at);

const filters = {
  customer: id(CUSTOMER).optional(),
  status: oneOf(ticketStatuses).optional(),
  priority: master(PRIORITIES).optional(),
  category: master(TICKET_CATEGORIES).optional(),
  type: oneOf(ticketTypes).optional(),
  channel: oneOf(channels).optional(),
  team: id(TEAM).optional(),
  parent: id(TICKET).optional().describe("The ticket below which they stand"),
  is_resolved: query.boolean().optional(),
  is_escalated: query.boolean().optional(),
  owner: text(64).optional().describe("Id of the assignee, or `none` for those that wait"),
  paths: pathParameters(),
};

export const Query = listSchema(Tickets, filters);

export const list = fn(Query, async (input): Promise<Page<TicketRecord>> => {
  const query = await asked(input);
  return input.parent === undefined ? listRecords(Tickets, query) : listBelow(input.parent, query);
});

/** What a list of tickets is asked for. */
export const asked = askedOf(Tickets, Query);

/** What an export has to know of the list. */
export const listed = { collection: Tickets, query: Query, asked, info: Info, fields: { ...fields, ...assigned } };

export const replace = fn(
  z.strictObject({ ...fields, ...assigned, custom_fields: CustomFields.given("ticket", "whole"), ...One.shape }),
  ({ id: wanted, assigned_to_id, custom_fields, ...input }) =>
    edit(wanted, filled(fields, input), { assigned_to_id, custom_fields }, {}),
  async ({ customer_id, contact_id }, unread) => {
    const isWithout = customer_id == null && !unread.has("customer_id");
    if (contact_id && isWithout) throw invalid("customer_id", "Required beside contact_id: whose contact it is");
  },
);

const Patch = patchOf({ ...fields, ...assigned }).extend({
  status: oneOf(ticketStatuses).optional(),
  custom_fields: CustomFields.given("ticket", "patch"),
  ...One.shape,
});

export const update = fn(Patch, ({ id: wanted, assigned_to_id, custom_fields, status, ...patch }) =>
  edit(wanted, patched(fields, patch), { assigned_to_id, custom_fields, status }, { patch: true }),
);

/** What is said of a ticket beside its fields. */
export interface Said {
  assigned_to_id?: string | null | undefined;
  custom_fields?: CustomFields.Given;
  status?: TicketStatus | undefined;
  resolution?: string | null | undefined;
  reason?: string | null | undefined;
}

type Changes = Partial<Filled<typeof fields>>;

const edit = (wanted: string, input: Changes, said: Said, how: CustomFields.How): Promise<TicketRecord> =>
  Records.change(Tickets, wanted, async (current, tx) => Course.follow(tx, current, await edited(tx, current, input, said, how)));

/** The ticket as it is after changes that hold; its course follows. */
export async function edited(
  tx: Transaction,
  current: TicketRecord,
  input: Changes,
  said: Said,
  how: CustomFields.How,
): Promise<TicketRecord> {
  const own = { ...how, current: current.custom_fields };
  const asked = { ...current, ...input, priority_id: input.priority_id ?? current.priority_id };
  const whole = await CustomFields.beside("ticket", said.custom_fields, own, checked(asked, current));
  const given_priority_id = whole.priority_id === current.priority_id ? current.given_priority_id : whole.priority_id;
  const next = { ...current, ...whole, given_priority_id };
  return moved(await givenTo(await ofCustomer(tx, next, current), said.assigned_to_id), said);
}

/** Another customer brings their owner. */
async function ofCustomer(tx: Transaction, next: TicketRecord, current: TicketRecord): Promise<TicketRecord> {
  if (next.customer_id === current.customer_id && next.contact_id === current.contact_id) return next;
  const contact = next.contact_id ? await shownAs(CONTACT, next.contact_id, "contact_id") : undefined;
  if (contact && contact.customer_id !== next.customer_id) throw invalid("contact_id", "Of another customer");
  if (next.customer_id === current.customer_id) return next;
  const customer = next.customer_id ? ((await requireAlive(tx, CUSTOMER, next.customer_id)) as CustomerRecord) : undefined;
  return { ...next, customer_owner_id: customer?.owner_id ?? null };
}

async function givenTo(ticket: TicketRecord, to: string | null | undefined): Promise<TicketRecord> {
  if (to === undefined || to === ticket.assigned_to_id) return ticket;
  const assigned_to_id = await User.ownerOfChange(ticket.assigned_to_id, to, ...ASSIGN);
  const status = ticket.status === "NEW" && assigned_to_id !== null ? "OPEN" : ticket.status;
  return { ...ticket, assigned_to_id, assigned_at: assigned_to_id === null ? null : Clock.now(), status };
}

/** The ticket as it is after a way that there is. */
function moved(ticket: TicketRecord, { status: to, resolution, reason }: Said): TicketRecord {
  const from = ticket.status;
  if (to === undefined || to === from) return ticket;
  if (!ways[from].includes(to))
    throw conflict(`A ticket that is ${from} becomes ${ways[from].join(" or ")}`, [
      { field: "status", message: `Not from ${from} to ${to}` },
    ]);
  if (to === "WAITING_ON_CUSTOMER" && !ticket.is_answered)
    throw ruleViolation("Nobody waits for a customer who has no answer", [
      { field: "status", message: "A public answer comes first" },
    ]);
  const now = Clock.now();
  const next = { ...ticket, status: to, status_changed_at: now };
  if (isEnded(to) && !isEnded(from)) return resolvedAt(next, now, resolution ?? null);
  if (isEnded(from) && !isEnded(to)) return reopenedAt(next, now, reason ?? null);
  return to === "CLOSED" ? { ...next, closed_at: now } : next;
}

/** Resolutions of a ticket that are kept. */
const MOST_RESOLUTIONS = 20;

const resolvedAt = (ticket: TicketRecord, now: string, resolution: string | null): TicketRecord => ({
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
  ].slice(-MOST_RESOLUTIONS),
});

/** What was resolved stays among the resolutions. */
export const reopenedAt = (ticket: TicketRecord, now: string, reason: string | null): TicketRecord => ({
  ...ticket,
  is_resolved: false,
  resolution: null,
  resolved_at: null,
  closed_at: null,
  resolution_time_minutes: null,
  resolutions: ticket.resolutions.map((each, at, all) =>
    at === all.length - 1 ? { ...each, reopened_at: now, reopened_by: useActorId(), reopened_because: reason } : each,
  ),
});

export const assign = fn(
  z.strictObject({ ...One.shape, assigned_to_id: id(USER).nullable() }),
  ({ id: wanted, assigned_to_id }) => edit(wanted, {}, { assigned_to_id }, { patch: true }),
);

export const resolve = fn(
  z.strictObject({ ...One.shape, resolution: text(10_000).nullish().describe("What was done") }),
  ({ id: wanted, resolution }) => edit(wanted, {}, { status: "RESOLVED", resolution }, { patch: true }),
);

export const close = fn(
  z.strictObject({
    ...One.shape,
    resolution: text(10_000).nullish().describe("What was done, where it was not resolved before"),
  }),
  ({ id: wanted, resolution }) => edit(wanted, {}, { status: "CLOSED", resolution }, { patch: true }),
);

export const reopen = fn(z.strictObject({ ...One.shape, reason: text(2000).nullish() }), ({ id: wanted, reason }) =>
  edit(wanted, {}, { status: "OPEN", reason }, { patch: true }),
);

export const escalate = fn(
  z.strictObject({
    ...One.shape,
    reason: text(2000).refine((said) => said.trim() !== "", "Must not be blank"),
    to_id: id(USER).optional().describe("Left out, the manager of its assignee or team"),
  }),
  ({ id: wanted, reason, to_id }) =>
    Records.change(Tickets, wanted, async (current, tx) => {
      if (isEnded(current.status))
        throw conflict(`The ticket is ${current.status}`, [{ field: "status", message: current.status }]);
      if (to_id) await User.requireOwner(to_id, "to_id");
      const escalated_to_id = to_id ?? (await managerOf(current));
      const escalated = { is_escalated: true, escalated_to_id, escalated_at: Clock.now(), escalation_metric: null };
      return Course.follow(tx, current, { ...current, ...escalated, escalation_reason: reason });
    }),
);

export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(Tickets, wanted, (current, tx) => Course.follow(tx, current, { ...current, deleted_at: Clock.now() })),
);

export const restore = fn(One, ({ id: wanted }) =>
  Records.restore(Tickets, wanted, (current, tx) => Course.follow(tx, current, { ...current, deleted_at: null })),
);

/** The newest `most` tickets of a customer that are not resolved and that the caller sees, as lists show them. */
export async function openOf(customer: string, most: number): Promise<TicketRecord[]> {
  const open: TicketRecord[] = [];
  let count = 0;
  for await (const row of merged(Tickets, partitionsOfCustomer(customer, { isEnded: false }), {
    order: "desc",
    after: undefined,
    chunk: most,
  })) {
    open.push(Tickets.fromRow(row));
    if (open.length === most || ++count >= MOST_READ) break;
  }
  return Visible.among(Tickets, open);
}

/** What a timeline shows of a ticket. */
export const moments = momentsOf(Tickets, {
  index: "by_rank",
  title: ({ ticket_number, subject }) => `${ticket_number} ${subject}`,
  by: ({ created_by }) => created_by,
});

export const matching = async (): Promise<Matching> => ({
  on: { ticket_number: byNumber(Tickets, "ticket_number"), ...(await ownMatches(Tickets)) },
});

export * as Ticket from "./ticket.ts";
