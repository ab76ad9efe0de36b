import { type BatchStatus, isOver } from "./batch.rules.ts";

/**
 * Computes the state of batch members. The facts about a person only grow, and each fact has a source and an instant. `computeMemberState` derives
 * each membership from all facts, so repeated, late and reordered facts give the same result (docs/engagement/reengagement.md). Pure.
 */

export const memberStatuses = ["ADDED", "CONTACTED", "RESPONDED", "FAILED", "OPTED_OUT", "CONVERTED"] as const;
export type MemberStatus = (typeof memberStatuses)[number];

export const contactMethods = ["PHONE", "SMS", "EMAIL", "WHATSAPP", "IN_PERSON", "OTHER"] as const;
export type ContactMethod = (typeof contactMethods)[number];

/** A dated fact. `source_id` identifies it, and `day` is the day of `at` in the tenant's time zone. */
export interface DatedFact {
  source_id: string;
  at: string;
  day: string;
}

export interface Contact extends DatedFact {
  method: ContactMethod;
}

/** A purchase by the person. */
export interface Win extends DatedFact {
  /** What the purchase has brought in so far. Payments and refunds of its orders change it. */
  amount: string | null;
  currency: string;
  /** The first of its orders that was paid. */
  order_id?: string | null;
}

export interface Failure {
  at: string;
  reason: string;
}

/** The facts of one membership. */
export interface Membership {
  id: string;
  batch_id: string;
  added_at: string;
  /** Number of days for which a contact counts. */
  window_days: number;
  contacts: readonly Contact[];
  failed: Failure | null;
  /** When the message that is not yet sent was written. It holds the person as a contact does, so no other batch starts with them. */
  pending_at?: string | null;
}

/** The facts about a person that hold for all batches. */
export interface Person {
  responses: readonly DatedFact[];
  wins: readonly Win[];
  refusals: readonly DatedFact[];
}

export const emptyPerson: Person = { responses: [], wins: [], refusals: [] };

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns the end of a contact's window. */
export const addDays = (time: string, window_days: number): string =>
  new Date(Date.parse(time) + window_days * DAY_MS).toISOString();

/** Maximum number of contacts that a membership keeps. `MAX_FACTS` limits the facts of a person. */
export const MAX_CONTACTS = 50;
const MAX_FACTS = { responses: 50, wins: 50, refusals: 10 } as const;

type SortOrder = 1 | -1;

const compareFacts = <T extends DatedFact>(a: T, b: T): number =>
  compareText(a.at, b.at) || compareText(a.source_id, b.source_id) || compareText(JSON.stringify(a), JSON.stringify(b));

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Inserts a fact. Each source counts once, at its earliest instant. Beyond `limit`, keeps the first (1) or the last (-1) facts. */
function insertFact<T extends DatedFact>(facts: readonly T[], fact: T, limit: number, keep: SortOrder): readonly T[] {
  const sorted = [...facts, fact].sort(compareFacts);
  const uniqueFacts = [...Map.groupBy(sorted, ({ source_id }) => source_id).values()]
    .flatMap(([first]) => first ?? [])
    .sort(compareFacts);
  return keep === 1 ? uniqueFacts.slice(0, limit) : uniqueFacts.slice(-limit);
}

export const withContact = (membership: Membership, contact: Contact): Membership => ({
  ...membership,
  contacts: insertFact(membership.contacts, contact, MAX_CONTACTS, 1),
});

/** Records a failure. The earlier of two failures stays. */
export const withFailure = (membership: Membership, failing: Failure): Membership => ({
  ...membership,
  failed: [membership.failed ?? failing, failing].sort(
    (a, b) => compareText(a.at, b.at) || compareText(a.reason, b.reason),
  )[0] as Failure,
});

export const withFact = <K extends keyof Person>(person: Person, kind: K, fact: Person[K][number]): Person => ({
  ...person,
  [kind]: insertFact(person[kind] as readonly DatedFact[], fact, MAX_FACTS[kind], -1),
});

/** Gives a recorded purchase its present amount. Its earliest instant and its first order stay. */
export function withPurchase(person: Person, recorded: Win, purchase: Win): Person {
  const [earlier] = [recorded, purchase].sort(compareFacts) as [Win, Win];
  const orderIds = [recorded.order_id, purchase.order_id].filter((id) => typeof id === "string").sort();
  const win = {
    ...earlier,
    amount: purchase.amount,
    currency: purchase.currency,
    ...(orderIds[0] === undefined ? {} : { order_id: orderIds[0] }),
  };
  return { ...person, wins: person.wins.map((each) => (each === recorded ? win : each)).sort(compareFacts) };
}

/** Merges two memberships of one batch after their persons were merged. */
export const mergeMemberships = (survivor: Membership, duplicate: Membership): Membership =>
  [...duplicate.contacts].reduce(withContact, {
    ...(duplicate.failed ? withFailure(survivor, duplicate.failed) : survivor),
    added_at: [survivor.added_at, duplicate.added_at].sort()[0] as string,
  });

/** Merges the facts about two persons. */
export function mergePersons(left: Person, right: Person): Person {
  let all = left;
  for (const kind of ["responses", "wins", "refusals"] as const) for (const fact of right[kind]) all = withFact(all, kind, fact);
  return all;
}

/** Returns the membership that contacted the person last before or at an instant, if its window is still open at that instant. */
export function findLastContacted(memberships: readonly Membership[], time: string): Membership | undefined {
  const contacts = memberships.flatMap((membership) => membership.contacts.map((contact) => ({ membership, contact })));
  const last = contacts
    .filter(({ contact }) => contact.at <= time)
    .sort((a, b) => compareText(a.contact.at, b.contact.at) || compareText(a.membership.id, b.membership.id))
    .at(-1);
  return last && time < addDays(last.contact.at, last.membership.window_days) ? last.membership : undefined;
}

/** The state of a membership. */
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
  /** The purchase that counts as the conversion. */
  win: Win | null;
}

/** Computes the state of one membership from all memberships and facts of the person. No other code decides a member's status. */
export function computeMemberState(membership: Membership, memberships: readonly Membership[], person: Person): MemberState {
  const findOwnFact = <T extends DatedFact>(facts: readonly T[]): T | null =>
    facts.find(({ at }) => findLastContacted(memberships, at)?.id === membership.id) ?? null;
  const [first, last] = [membership.contacts[0], membership.contacts.at(-1)];
  const response = findOwnFact(person.responses);
  const win = findOwnFact(person.wins);
  const refusal = person.refusals.find(({ at }) => at >= membership.added_at) ?? null;
  return {
    status: deriveStatus({ win, refusal, failed: membership.failed, response, first }),
    contact_attempts: membership.contacts.length,
    last_contact_method: last?.method ?? null,
    contacted_at: first?.at ?? null,
    last_contacted_at: last?.at ?? null,
    responded_at: response?.at ?? null,
    responded_day: response?.day ?? null,
    opted_out_at: refusal?.at ?? null,
    failure_reason: membership.failed?.reason ?? null,
    win,
  };
}

function deriveStatus(facts: {
  win: unknown;
  refusal: unknown;
  failed: unknown;
  response: unknown;
  first: unknown;
}): MemberStatus {
  if (facts.win) return "CONVERTED";
  if (facts.refusal) return "OPTED_OUT";
  if (facts.failed) return "FAILED";
  if (facts.response) return "RESPONDED";
  return facts.first ? "CONTACTED" : "ADDED";
}

/** Returns whether the membership has ended: it holds no person and allows no further contacts. */
export const hasEnded = (status: MemberStatus): boolean => ["FAILED", "OPTED_OUT", "CONVERTED"].includes(status);

/** A hold on a person: the membership, its batch and the end of the hold. */
export interface Hold {
  member_id: string;
  batch_id: string;
  until: string;
}

/**
 * Returns the hold of the membership that contacted the person last, among those that have not ended. It lasts until the window or the batch ends.
 */
export function findHold(memberships: readonly Membership[], person: Person): Hold | null {
  const holds = memberships
    .filter((membership) => !hasEnded(computeMemberState(membership, memberships, person).status))
    .flatMap(({ id, batch_id, contacts, window_days, pending_at = null }) => {
      const last = [contacts.at(-1)?.at ?? "", pending_at ?? ""].sort().at(-1);
      return last ? [{ at: last, hold: { member_id: id, batch_id, until: addDays(last, window_days) } }] : [];
    })
    .sort((a, b) => compareText(a.at, b.at) || compareText(a.hold.member_id, b.hold.member_id));
  return holds.at(-1)?.hold ?? null;
}

/** Returns whether another membership blocks contacts of this one. `status` belongs to the holding batch, undefined if that was deleted. */
export const isHeld = (
  member: { id: string; status: MemberStatus },
  hold: Hold | null,
  time: string,
  status: BatchStatus | undefined,
): hold is Hold =>
  hold !== null &&
  hold.member_id !== member.id &&
  time < hold.until &&
  !hasEnded(member.status) &&
  status !== undefined &&
  !isOver(status);

/** Selects the membership for a contact that names none: the one that holds the person at that time, else the earliest in an active batch. */
export function selectMembership(
  memberships: readonly Membership[],
  person: Person,
  time: string,
  batch: { isActive: (id: string) => boolean; isOver: (id: string) => boolean },
): Membership | undefined {
  const candidates = memberships.filter(({ added_at }) => added_at <= time);
  const holder = findLastContacted(candidates, time);
  const isOpen = (membership: Membership): boolean => !hasEnded(computeMemberState(membership, memberships, person).status);
  if (holder && isOpen(holder) && !batch.isOver(holder.batch_id)) return holder;
  return candidates
    .filter((membership) => isOpen(membership) && batch.isActive(membership.batch_id))
    .sort((a, b) => compareText(a.added_at, b.added_at) || compareText(a.id, b.id))[0];
}
