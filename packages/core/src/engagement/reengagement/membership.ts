import { useSettings } from "../../kernel/context.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Records } from "../../storage/write/records.ts";
import { Batches } from "./batch.entity.ts";
import { isOver } from "./batch.rules.ts";
import { ClaimedError, ReengagementLedger } from "./contact-ledger.ts";
import * as Rules from "./member.rules.ts";

/**
 * Records what messages, calls and other events report about a person. Every function can be called repeatedly, late and in any order, and does
 * nothing for a person who is in no batch. The caller provides the tenant's settings.
 */

/** Builds a dated fact. Its day is in the tenant's time zone. */
export const buildDatedFact = (source_id: string, time: string): Rules.DatedFact => ({
  source_id,
  at: time,
  day: instantToDay(useSettings().timezone, time),
});

const noChange = () => undefined;

/** Records a contact for the batch that holds the person, else for the first active batch that the person was in at that time. */
export const recordContact = (person: string, method: Rules.ContactMethod, time: string, source_id: string): Promise<void> =>
  ReengagementLedger.change(
    person,
    async ({ members, person: personFacts }) => {
      if (members.some(({ contacts }) => contacts.some((contact) => contact.source_id === source_id))) return undefined;
      const batches = await Records.loadMany(
        Batches,
        members.map(({ batch_id }) => batch_id),
        { live: true },
      );
      const findStatus = (batch: string) => batches.find((batchRecord) => batchRecord?.id === batch)?.status ?? "CANCELLED";
      const taker = Rules.selectMembership(ReengagementLedger.toMemberships(members), personFacts, time, {
        isActive: (batch) => findStatus(batch) === "ACTIVE",
        isOver: (batch) => isOver(findStatus(batch)),
      });
      if (!taker) return undefined;
      const facts = ReengagementLedger.toMemberFields(Rules.withContact(taker, { ...buildDatedFact(source_id, time), method }));
      return {
        members: members.map((member) => (member.id === taker.id ? { ...member, ...facts } : member)),
        person: personFacts,
      };
    },
    noChange,
  );

/** Records a response of the person. */
export const recordResponse = (person: string, time: string, source_id: string): Promise<void> =>
  addFact(person, "responses", buildDatedFact(source_id, time));

/** Records that the person opts out. */
export const recordOptOut = (person: string, time: string, source_id: string): Promise<void> =>
  addFact(person, "refusals", buildDatedFact(source_id, time));

const addFact = (person: string, factKind: "responses" | "refusals", fact: Rules.DatedFact): Promise<void> =>
  ReengagementLedger.change(
    person,
    ({ members, person: personFacts }) => ({ members, person: Rules.withFact(personFacts, factKind, fact) }),
    noChange,
  );

export interface PurchaseFact {
  /** Id of the opportunity, or of an order without one. */
  source_id: string;
  /** The order of the purchase that was paid first; null if none was paid yet. */
  order_id: string | null;
  at: string;
  amount: string | null;
  currency: string;
  /** Whether it counts as a purchase if it was not recorded yet. */
  is_new: boolean;
}

/** Records a purchase, or its new amount. It counts once, even if it is reported for several persons. */
export async function recordPurchase(
  person: string,
  { source_id, order_id, at, amount, currency, is_new }: PurchaseFact,
): Promise<void> {
  const win = { ...buildDatedFact(source_id, at), amount, currency, order_id };
  try {
    await ReengagementLedger.change(
      person,
      ({ members, person: personFacts }, tx, { id }) => {
        const recorded = personFacts.wins.find((each) => each.source_id === source_id);
        if (recorded) return { members, person: Rules.withPurchase(personFacts, recorded, win) };
        if (!is_new) return undefined;
        ReengagementLedger.claim(tx, source_id, id);
        return { members, person: Rules.withFact(personFacts, "wins", win) };
      },
      noChange,
    );
  } catch (error) {
    if (!(error instanceof ClaimedError)) throw error;
  }
}

/** Returns the person for whom a purchase was recorded. */
export const findBuyer = ReengagementLedger.findClaimant;

/** Returns the person with the latest contact by a batch at or before an instant, if the window of that contact is still open at that instant. */
export async function findLastContacted(persons: readonly string[], time: string): Promise<string | undefined> {
  let last: { person: string; at: string } | undefined;
  for (const person of persons)
    await ReengagementLedger.change(
      person,
      ({ members }) => {
        const memberships = ReengagementLedger.toMemberships(members);
        const membership = Rules.findLastContacted(memberships, time);
        const when = membership?.contacts.findLast((contact) => contact.at <= time)?.at;
        if (when !== undefined && (last === undefined || when > last.at)) last = { person, at: when };
        return undefined;
      },
      noChange,
    );
  return last?.person;
}

/** Merges the ledgers of all merged persons into the person's ledger. */
export const mergeJoinedPersons = (person: string): Promise<void> => ReengagementLedger.change(person, noChange, noChange);

export * as Membership from "./membership.ts";
