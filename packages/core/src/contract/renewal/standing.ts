import * as z from "zod";
import { Lines } from "../../kernel/line.rules.ts";
import { amount, date, id, instant, oneOf } from "../../kernel/schema.ts";
import { dayAfter, startOfDay } from "../../kernel/zone.ts";
import { OPPORTUNITY } from "../../opportunity/opportunity.domain.ts";
import { CONTRACT_RENEWAL } from "../contract.domain.ts";
import { dueOf, lastDayOf, outcomes, type PriceRule, type Renewable } from "../renewal.rules.ts";
import { MOST_MONTHS, noticeDay } from "../term.rules.ts";

/** What a contract says of its terms and of how it is renewed (docs/renewals.md). Pure; the rules are in renewal.rules.ts. */

/** What people write, beside auto_renew, renewal_notice_days and renewal_terms. */
export const renewalFields = {
  auto_renew_agreed: z
    .boolean()
    .default(false)
    .describe(
      "The customer agreed to auto_renew apart, and is told before: without that no contract of an individual renews itself",
    ),
  renewal_uplift_percent: Lines.percent("an uplift").nullish().describe("So many percent each new term costs more"),
  renewal_value: amount().nullish().describe("What each new term costs, in place of renewal_uplift_percent"),
};

/** What somebody said by hand of the next term; what they left out follows from the present one. */
export const Wish = z.object({
  duration_months: z.number().int().min(1).max(MOST_MONTHS).nullable(),
  end_date: date().nullable(),
  contract_value: amount().nullable(),
  monthly_fee: amount().nullable(),
});
export type Wish = z.output<typeof Wish>;

/** What was settled of the present term, or of one that ended on another day before the contract was amended. */
export const Settled = z.object({
  told_for: date().nullable().describe("The last day of the term of which the customer was told that another one follows"),
  told_on: date().nullable(),
  settled_for: date().nullable().describe("The last day of the term of which was settled what becomes of it"),
  outcome: oneOf(outcomes).nullable().describe("RENEW: another term follows; PROPOSE: somebody has to renew it by hand"),
  renewal_id: id(CONTRACT_RENEWAL).nullable(),
  opportunity_id: id(OPPORTUNITY).nullable(),
  wish: Wish.nullable().describe("null: the next term follows from this one"),
});
export type Settled = z.output<typeof Settled>;

/** What the system keeps of it. */
export const renewalStored = {
  term_number: z.number().int().describe("The first term is 1"),
  term_start_date: date().describe("The first day of the present term"),
  notice_date: date().describe("The day of notice of the present term"),
  notice_at: instant().nullable().describe("When something is to be done for its renewal next, were it in force"),
  renewal: Settled.nullable(),
};

/** Of a contract, as far as its renewal goes by it. */
export interface Renewing {
  status: string;
  start_date: string;
  end_date: string;
  term_start_date: string;
  renewal_notice_days: number;
  auto_renew: boolean;
  auto_renew_agreed: boolean;
  notice_at: string | null;
  renewal: Settled | null;
  termination: { effective_date: string } | null;
}

/** It was given notice, and ends before another term could begin. */
const isGivenUp = ({ termination, end_date }: Pick<Renewing, "termination" | "end_date">): boolean =>
  termination !== null && termination.effective_date <= dayAfter(end_date, 1);

/** As the rules see it, were it in force. Who the customer is decides what is done, and never when. */
export function renewableOf(contract: Renewing, is_individual = false): Renewable {
  const { term_start_date, end_date, renewal_notice_days, auto_renew, auto_renew_agreed, renewal } = contract;
  return {
    is_active: !isGivenUp(contract),
    ...{ term_start_date, end_date, renewal_notice_days, auto_renew, auto_renew_agreed, is_individual },
    renewal_settled_for: renewal?.settled_for ?? null,
    renewal_outcome: renewal?.outcome ?? null,
    renewal_told_on: renewal?.told_for === end_date ? renewal.told_on : null,
  };
}

/** With its notice, as what it says now makes it. */
export function withNotice<C extends Renewing>(contract: C, zone: string): C & { notice_date: string } {
  const { term_start_date: start_date, end_date, renewal_notice_days } = contract;
  // A termination may be withdrawn: its clock looks at it.
  const due = dueOf(renewableOf({ ...contract, termination: null }));
  return {
    ...contract,
    notice_date: noticeDay({ start_date, end_date }, renewal_notice_days),
    notice_at: due && startOfDay(zone, due.day),
  };
}

/** The clock `notice`. */
export const noticeClock = (contract: Renewing): string | null =>
  contract.status === "ACTIVE" && !isGivenUp(contract) ? contract.notice_at : null;

/** Whether it ends with its last day: one of which it is still open whether another term follows does not. */
export const endsItself = (contract: Renewing): boolean => lastDayOf(renewableOf(contract)) !== null;

/** By what the next term's price goes. */
export function priceRuleOf({
  renewal_value,
  renewal_uplift_percent,
}: {
  renewal_value: string | null;
  renewal_uplift_percent: string | null;
}): PriceRule {
  if (renewal_value !== null) return { kind: "FIXED", contract_value: renewal_value };
  return renewal_uplift_percent === null ? { kind: "SAME" } : { kind: "PERCENT", percent: renewal_uplift_percent };
}

// --- Places, where no index has room (storage/table/place.ts) ---

/** The days of contracts in force that are found by themselves. */
export type Place = "notice" | "end";

const events = { notice: "NOTICE", end: "END" } as const;

/** The partition of days of all, or of an owner. */
export const placesUnder = (place: Place, owner?: string): readonly string[] => (owner === undefined ? [place] : [place, owner]);

/** Where a contract stands by its day of notice and by its last day; with the event behind the day, so that both stand in one list. */
export function placesOf(
  {
    status,
    notice_date,
    end_date,
    owner_id,
  }: Pick<Renewing, "status" | "end_date"> & { notice_date: string; owner_id: string | null },
  nobody: string,
): { under: readonly string[]; at: string }[] {
  if (status !== "ACTIVE") return [];
  const at = { notice: notice_date, end: end_date };
  return (["notice", "end"] as const).flatMap((place) =>
    [placesUnder(place), placesUnder(place, owner_id ?? nobody)].map((under) => ({ under, at: `${at[place]} ${events[place]}` })),
  );
}

/** What the key of an entry says. */
export const placed = (key: string): { day: string; event: "NOTICE" | "END" } => ({
  day: key.slice(0, 10),
  event: key.slice(11).startsWith("NOTICE") ? "NOTICE" : "END",
});
