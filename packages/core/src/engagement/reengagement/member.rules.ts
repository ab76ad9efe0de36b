import { type BatchStatus, isOver } from "./batch.rules.ts";

/**
 * What becomes of the members of batches. What is known of a person only grows, each fact with its source and instant, and the standing
 * of each of their memberships is worked out of all of it by `standingOf`: so what is told twice, late or in another order comes to
 * the same (docs/engagement/reengagement.md). Pure.
 */

export const memberStatuses = ["ADDED", "CONTACTED", "RESPONDED", "FAILED", "OPTED_OUT", "CONVERTED"] as const;
export type MemberStatus = (typeof memberStatuses)[number];

export const contactMethods = ["PHONE", "SMS", "EMAIL", "WHATSAPP", "IN_PERSON", "OTHER"] as const;
export type ContactMethod = (typeof contactMethods)[number];

/** Something that happened: `source_id` tells it from others, and `day` is that of `at` in the tenant's zone. */
export interface DatedFact {
  source_id: string;
  at: string;
  day: string;
}

export interface Contact extends DatedFact {
  method: ContactMethod;
}

/** Something that the person bought. */
export interface Win extends DatedFact {
  amount: string | null;
  currency: string;
}

export interface Failure {
  at: string;
  reason: string;
}

/** What is known of one membership. */
export interface Membership {
  id: string;
  batch_id: string;
  added_at: string;
  /** Days for which a contact of it counts. */
  window_days: number;
  contacts: readonly Contact[];
  failed: Failure | null;
  /** When a message for it was written that has not gone out yet: whom it is to reach, no other batch begins with. */
  pending_at?: string | null;
}

/** What is known of a person, whatever their batches. */
export interface Person {
  responses: readonly DatedFact[];
  wins: readonly Win[];
  refusals: readonly DatedFact[];
}

export const emptyPerson: Person = { responses: [], wins: [], refusals: [] };

const DAY_MS = 24 * 60 * 60 * 1000;

/** Until when a contact counts. */
export const addDays = (at: string, window_days: number): string => new Date(Date.parse(at) + window_days * DAY_MS).toISOString();

/** Contacts of a membership that are kept, and of what else is known of a person. */
export const MAX_CONTACTS = 50;
const MAX_FACTS = { responses: 50, wins: 50, refusals: 10 } as const;

type SortOrder = 1 | -1;

const compareFacts = <T extends DatedFact>(one: T, other: T): number =>
  compareText(one.at, other.at) ||
  compareText(one.source_id, other.source_id) ||
  compareText(JSON.stringify(one), JSON.stringify(other));

const compareText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** With one more, each source once and at its earliest; of too many the first (1) or the last (-1) are kept. */
function insertFact<T extends DatedFact>(known: readonly T[], told: T, most: number, keep: SortOrder): readonly T[] {
  const sorted = [...known, told].sort(compareFacts);
  const once = [...Map.groupBy(sorted, ({ source_id }) => source_id).values()]
    .flatMap(([first]) => first ?? [])
    .sort(compareFacts);
  return keep === 1 ? once.slice(0, most) : once.slice(-most);
}

export const withContact = (membership: Membership, contact: Contact): Membership => ({
  ...membership,
  contacts: insertFact(membership.contacts, contact, MAX_CONTACTS, 1),
});

/** The first of two failures is the one. */
export const withFailure = (membership: Membership, failing: Failure): Membership => ({
  ...membership,
  failed: [membership.failed ?? failing, failing].sort(
    (a, b) => compareText(a.at, b.at) || compareText(a.reason, b.reason),
  )[0] as Failure,
});

export const withFact = <K extends keyof Person>(person: Person, what: K, told: Person[K][number]): Person => ({
  ...person,
  [what]: insertFact(person[what] as readonly DatedFact[], told, MAX_FACTS[what], -1),
});

/** Two memberships of one batch, of persons who are one, as one. */
export const mergeMemberships = (survivor: Membership, other: Membership): Membership =>
  [...other.contacts].reduce(withContact, {
    ...(other.failed ? withFailure(survivor, other.failed) : survivor),
    added_at: [survivor.added_at, other.added_at].sort()[0] as string,
  });

/** All that is known of two who are one. */
export function mergePersons(one: Person, other: Person): Person {
  let all = one;
  for (const what of ["responses", "wins", "refusals"] as const) for (const told of other[what]) all = withFact(all, what, told);
  return all;
}

/** The membership that contacted the person last up to an instant, where that still counts then. */
export function findLastContacted(memberships: readonly Membership[], at: string): Membership | undefined {
  const contacts = memberships.flatMap((membership) => membership.contacts.map((contact) => ({ membership, contact })));
  const last = contacts
    .filter(({ contact }) => contact.at <= at)
    .sort((a, b) => compareText(a.contact.at, b.contact.at) || compareText(a.membership.id, b.membership.id))
    .at(-1);
  return last && at < addDays(last.contact.at, last.membership.window_days) ? last.membership : undefined;
}

/** Where a membership stands. */
export interface MemberState {
  status: MemberStatus;
  contact_attempts: number;
  last_contact_method: ContactMethod | null;
  contacted_at: string | null;
  last_contacted_at: string | null;
  responded_at: string | null;
  responded_day: string | null;
  opted_out_at: string | null;
  failure_reason: string | null;
  /** The purchase that it is the conversion by. */
  win: Win | null;
}

/** The one function that decides, of one membership among all of the person. */
export function computeMemberState(of: Membership, memberships: readonly Membership[], person: Person): MemberState {
  const ours = <T extends DatedFact>(told: readonly T[]): T | null =>
    told.find(({ at }) => findLastContacted(memberships, at)?.id === of.id) ?? null;
  const [first, last] = [of.contacts[0], of.contacts.at(-1)];
  const response = ours(person.responses);
  const win = ours(person.wins);
  const refusal = person.refusals.find(({ at }) => at >= of.added_at) ?? null;
  return {
    status: deriveStatus({ win, refusal, failed: of.failed, response, first }),
    contact_attempts: of.contacts.length,
    last_contact_method: last?.method ?? null,
    contacted_at: first?.at ?? null,
    last_contacted_at: last?.at ?? null,
    responded_at: response?.at ?? null,
    responded_day: response?.day ?? null,
    opted_out_at: refusal?.at ?? null,
    failure_reason: of.failed?.reason ?? null,
    win,
  };
}

function deriveStatus(known: {
  win: unknown;
  refusal: unknown;
  failed: unknown;
  response: unknown;
  first: unknown;
}): MemberStatus {
  if (known.win) return "CONVERTED";
  if (known.refusal) return "OPTED_OUT";
  if (known.failed) return "FAILED";
  if (known.response) return "RESPONDED";
  return known.first ? "CONTACTED" : "ADDED";
}

/** It holds nobody any more, and nobody is contacted for it. */
export const hasEnded = (status: MemberStatus): boolean => ["FAILED", "OPTED_OUT", "CONVERTED"].includes(status);

/** Who holds the person, and until when, as far as their memberships tell. */
export interface Hold {
  member_id: string;
  batch_id: string;
  until: string;
}

/** The membership that contacted last of those that have not ended: which holds the person until its window or its batch is over. */
export function findHold(memberships: readonly Membership[], person: Person): Hold | null {
  const holds = memberships
    .filter((each) => !hasEnded(computeMemberState(each, memberships, person).status))
    .flatMap(({ id, batch_id, contacts, window_days, pending_at = null }) => {
      const last = [contacts.at(-1)?.at ?? "", pending_at ?? ""].sort().at(-1);
      return last ? [{ at: last, hold: { member_id: id, batch_id, until: addDays(last, window_days) } }] : [];
    })
    .sort((a, b) => compareText(a.at, b.at) || compareText(a.hold.member_id, b.hold.member_id));
  return holds.at(-1)?.hold ?? null;
}

/** Whether another membership keeps one from being contacted; `status` is that of the batch that holds, none where it is gone. */
export const isHeld = (
  member: { id: string; status: MemberStatus },
  hold: Hold | null,
  at: string,
  status: BatchStatus | undefined,
): hold is Hold =>
  hold !== null &&
  hold.member_id !== member.id &&
  at < hold.until &&
  !hasEnded(member.status) &&
  status !== undefined &&
  !isOver(status);

/** For which membership a contact counts that names none: who holds the person then, else the first that could begin. */
export function selectMembership(
  memberships: readonly Membership[],
  person: Person,
  at: string,
  batch: { isActive: (id: string) => boolean; isOver: (id: string) => boolean },
): Membership | undefined {
  const there = memberships.filter(({ added_at }) => added_at <= at);
  const holder = findLastContacted(there, at);
  const isOpen = (each: Membership): boolean => !hasEnded(computeMemberState(each, memberships, person).status);
  if (holder && isOpen(holder) && !batch.isOver(holder.batch_id)) return holder;
  return there
    .filter((each) => isOpen(each) && batch.isActive(each.batch_id))
    .sort((a, b) => compareText(a.added_at, b.added_at) || compareText(a.id, b.id))[0];
}
