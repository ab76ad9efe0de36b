import { useSettings } from "../kernel/context.ts";
import { dayIn } from "../kernel/zone.ts";
import { Records } from "../storage/write/records.ts";
import { Batches } from "./batch.entity.ts";
import { isOver } from "./batch.rules.ts";
import * as Rules from "./member.rules.ts";
import { Claimed, Standing } from "./standing.ts";

/**
 * What is told of persons by messages, calls and whatever else happens with them. Each verb may be called twice, late and in any order, and
 * does nothing for who is in no batch. It runs with the tenant's settings.
 */

/** Something known by `source_id` that happened at an instant, on its day in the tenant's zone. */
export const toldAt = (source_id: string, at: string): Rules.Told => ({
  source_id,
  at,
  day: dayIn(useSettings().timezone, at),
});

const nothing = () => undefined;

/** They were contacted: for the batch that holds them, else for the first that is active and had them then. */
export const contacted = (person: string, method: Rules.ContactMethod, at: string, source_id: string): Promise<void> =>
  Standing.change(
    person,
    async ({ members, person: known }) => {
      if (members.some(({ contacts }) => contacts.some((contact) => contact.source_id === source_id))) return undefined;
      const batches = await Records.loadMany(
        Batches,
        members.map(({ batch_id }) => batch_id),
        { live: true },
      );
      const statusOf = (batch: string) => batches.find((each) => each?.id === batch)?.status ?? "CANCELLED";
      const taker = Rules.takerOf(Standing.membershipsOf(members), known, at, {
        isActive: (batch) => statusOf(batch) === "ACTIVE",
        isOver: (batch) => isOver(statusOf(batch)),
      });
      if (!taker) return undefined;
      const facts = Standing.factsOf(Rules.withContact(taker, { ...toldAt(source_id, at), method }));
      return { members: members.map((each) => (each.id === taker.id ? { ...each, ...facts } : each)), person: known };
    },
    nothing,
  );

/** They were in touch. */
export const responded = (person: string, at: string, source_id: string): Promise<void> =>
  told(person, "responses", toldAt(source_id, at));

/** They want no more of it. */
export const optedOut = (person: string, at: string, source_id: string): Promise<void> =>
  told(person, "refusals", toldAt(source_id, at));

const told = (person: string, what: "responses" | "refusals", one: Rules.Told): Promise<void> =>
  Standing.change(person, ({ members, person: known }) => ({ members, person: Rules.withTold(known, what, one) }), nothing);

export interface Bought {
  /** Id of the order, or of the opportunity. */
  source_id: string;
  at: string;
  amount: string | null;
  currency: string;
}

/** They bought: counted once, however many are told of it. */
export async function bought(person: string, { source_id, at, amount, currency }: Bought): Promise<void> {
  const win = { ...toldAt(source_id, at), amount, currency };
  try {
    await Standing.change(
      person,
      ({ members, person: known }, tx, { id }) => {
        if (known.wins.some((each) => each.source_id === source_id)) return undefined;
        Standing.claim(tx, source_id, id);
        return { members, person: Rules.withTold(known, "wins", win) };
      },
      nothing,
    );
  } catch (error) {
    if (!(error instanceof Claimed)) throw error;
  }
}

/** Of several persons, the one whom a batch contacted last up to an instant, where that still counts then. */
export async function contactedLast(persons: readonly string[], at: string): Promise<string | undefined> {
  let last: { person: string; at: string } | undefined;
  for (const person of persons)
    await Standing.change(
      person,
      ({ members }) => {
        const memberships = Standing.membershipsOf(members);
        const by = Rules.lastBefore(memberships, at);
        const when = by?.contacts.findLast((contact) => contact.at <= at)?.at;
        if (when !== undefined && (last === undefined || when > last.at)) last = { person, at: when };
        return undefined;
      },
      nothing,
    );
  return last?.person;
}

/** What was kept of those who were joined to a person is theirs. */
export const bringTogether = (person: string): Promise<void> => Standing.change(person, nothing, nothing);

export * as Membership from "./membership.ts";
