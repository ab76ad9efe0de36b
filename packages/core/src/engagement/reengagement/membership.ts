import { useSettings } from "../../kernel/context.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Records } from "../../storage/write/records.ts";
import { Batches } from "./batch.entity.ts";
import { isOver } from "./batch.rules.ts";
import { ClaimedError, ReengagementLedger } from "./contact-ledger.ts";
import * as Rules from "./member.rules.ts";

/**
 * What is told of persons by messages, calls and whatever else happens with them. Each verb may be called twice, late and in any order, and
 * does nothing for who is in no batch. It runs with the tenant's settings.
 */

/** Something known by `source_id` that happened at an instant, on its day in the tenant's zone. */
export const buildDatedFact = (source_id: string, at: string): Rules.DatedFact => ({
  source_id,
  at,
  day: instantToDay(useSettings().timezone, at),
});

const noChange = () => undefined;

/** They were contacted: for the batch that holds them, else for the first that is active and had them then. */
export const recordContact = (person: string, method: Rules.ContactMethod, at: string, source_id: string): Promise<void> =>
  ReengagementLedger.change(
    person,
    async ({ members, person: known }) => {
      if (members.some(({ contacts }) => contacts.some((contact) => contact.source_id === source_id))) return undefined;
      const batches = await Records.loadMany(
        Batches,
        members.map(({ batch_id }) => batch_id),
        { live: true },
      );
      const statusOf = (batch: string) => batches.find((each) => each?.id === batch)?.status ?? "CANCELLED";
      const taker = Rules.selectMembership(ReengagementLedger.toMemberships(members), known, at, {
        isActive: (batch) => statusOf(batch) === "ACTIVE",
        isOver: (batch) => isOver(statusOf(batch)),
      });
      if (!taker) return undefined;
      const facts = ReengagementLedger.toMemberFields(Rules.withContact(taker, { ...buildDatedFact(source_id, at), method }));
      return { members: members.map((each) => (each.id === taker.id ? { ...each, ...facts } : each)), person: known };
    },
    noChange,
  );

/** They were in touch. */
export const recordResponse = (person: string, at: string, source_id: string): Promise<void> =>
  addFact(person, "responses", buildDatedFact(source_id, at));

/** They want no more of it. */
export const recordOptOut = (person: string, at: string, source_id: string): Promise<void> =>
  addFact(person, "refusals", buildDatedFact(source_id, at));

const addFact = (person: string, what: "responses" | "refusals", one: Rules.DatedFact): Promise<void> =>
  ReengagementLedger.change(
    person,
    ({ members, person: known }) => ({ members, person: Rules.withFact(known, what, one) }),
    noChange,
  );

export interface PurchaseFact {
  /** Id of the order, or of the opportunity. */
  source_id: string;
  at: string;
  amount: string | null;
  currency: string;
}

/** They bought: counted once, however many are told of it. */
export async function recordPurchase(person: string, { source_id, at, amount, currency }: PurchaseFact): Promise<void> {
  const win = { ...buildDatedFact(source_id, at), amount, currency };
  try {
    await ReengagementLedger.change(
      person,
      ({ members, person: known }, tx, { id }) => {
        if (known.wins.some((each) => each.source_id === source_id)) return undefined;
        ReengagementLedger.claim(tx, source_id, id);
        return { members, person: Rules.withFact(known, "wins", win) };
      },
      noChange,
    );
  } catch (error) {
    if (!(error instanceof ClaimedError)) throw error;
  }
}

/** Of several persons, the one whom a batch contacted last up to an instant, where that still counts then. */
export async function findLastContacted(persons: readonly string[], at: string): Promise<string | undefined> {
  let last: { person: string; at: string } | undefined;
  for (const person of persons)
    await ReengagementLedger.change(
      person,
      ({ members }) => {
        const memberships = ReengagementLedger.toMemberships(members);
        const by = Rules.findLastContacted(memberships, at);
        const when = by?.contacts.findLast((contact) => contact.at <= at)?.at;
        if (when !== undefined && (last === undefined || when > last.at)) last = { person, at: when };
        return undefined;
      },
      noChange,
    );
  return last?.person;
}

/** What was kept of those who were joined to a person is theirs. */
export const mergeJoinedPersons = (person: string): Promise<void> => ReengagementLedger.change(person, noChange, noChange);

export * as Membership from "./membership.ts";
