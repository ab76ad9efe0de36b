import * as z from "zod";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { amount, date, id, instant, oneOf } from "../../kernel/schema.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { CONTRACT_RENEWAL } from "./contract.kind.ts";
import { findDueStep, findLastDay, type PriceRule, type Renewable, renewalOutcomes } from "./renewal.rules.ts";
import { MAX_MONTHS, noticeDay } from "./term.rules.ts";

/** Pure: the fields of a contract about its terms and renewal (docs/agreements/renewals.md). The rules are in renewal.rules.ts. */

/** Renewal fields that a caller writes, besides auto_renew, renewal_notice_days and renewal_terms. */
export const renewalFields = {
  auto_renew_agreed: personalData(
    "relationship",
    z
      .boolean()
      .default(false)
      .describe(
        "The customer agreed to auto_renew separately and is notified first. Otherwise a contract of an individual does not renew automatically",
      ),
  ),
  renewal_uplift_percent: personalData(
    "financial",
    LineItems.percent("an uplift").nullish().describe("Percentage by which the price rises in each new term"),
  ),
  renewal_value: amount().nullish().describe("Value of each new term, instead of renewal_uplift_percent"),
};

/** Values for the next term that a user has set. A null is derived from the present term. */
export const NextTermOverrides = z.object({
  duration_months: z.number().int().min(1).max(MAX_MONTHS).nullable(),
  end_date: date().nullable(),
  contract_value: amount().nullable(),
  monthly_fee: amount().nullable(),
});
export type NextTermOverrides = z.output<typeof NextTermOverrides>;

/** The renewal decision about a term. An amendment may since have moved the last day that it names. */
export const RenewalState = personalData(
  "relationship",
  z.object({
    told_for: date().nullable().describe("Last day of the term for which the customer was notified of the renewal"),
    told_on: date().nullable(),
    settled_for: date().nullable().describe("Last day of the term for which the renewal was decided"),
    outcome: oneOf(renewalOutcomes).nullable().describe("RENEW: another term follows; PROPOSE: a user must renew the contract"),
    renewal_id: id(CONTRACT_RENEWAL).nullable(),
    opportunity_id: id(OPPORTUNITY).nullable(),
    wish: NextTermOverrides.nullable().describe("null: the next term is derived from the present one"),
  }),
);
export type RenewalState = z.output<typeof RenewalState>;

/** The fields that decide whether another term follows by itself, and at which price. */
export const RenewalTerms = personalData(
  "financial",
  z.object({
    auto_renew: z.boolean(),
    renewal_value: amount().nullable(),
    renewal_uplift_percent: z.string().nullable(),
  }),
);
export type RenewalTerms = z.output<typeof RenewalTerms>;

/** Renewal fields that the system writes. */
export const storedRenewalFields = {
  approved_renewal: RenewalTerms.nullable().describe(
    "The renewal terms of the submission, or later ones for which no approver had to be asked. null: submitted by a release that did not store them",
  ),
  term_number: personalData("relationship", z.number().int().describe("1 for the first term")),
  term_start_date: date().describe("First day of the present term"),
  notice_date: date().describe("Day of notice of the present term"),
  notice_at: instant().nullable().describe("When the next renewal step is due, provided the contract is in force"),
  renewal: RenewalState.nullable(),
};

/** The fields of a contract that its renewal depends on. */
interface RenewingContract {
  status: string;
  start_date: string;
  end_date: string;
  term_start_date: string;
  renewal_notice_days: number;
  auto_renew: boolean;
  auto_renew_agreed: boolean;
  notice_at: string | null;
  renewal: RenewalState | null;
  termination: { effective_date: string } | null;
}

/** Returns whether a termination takes effect before another term could begin. */
const isEndingEarly = ({ termination, end_date }: Pick<RenewingContract, "termination" | "end_date">): boolean =>
  termination !== null && termination.effective_date <= addDays(end_date, 1);

/** Returns the contract as the renewal rules see it, as if it were in force. `is_individual` affects what is done, never when. */
export function toRenewable(contract: RenewingContract, is_individual = false): Renewable {
  const { term_start_date, end_date, renewal_notice_days, auto_renew, auto_renew_agreed, renewal } = contract;
  return {
    is_active: !isEndingEarly(contract),
    ...{ term_start_date, end_date, renewal_notice_days, auto_renew, auto_renew_agreed, is_individual },
    renewal_settled_for: renewal?.settled_for ?? null,
    renewal_outcome: renewal?.outcome ?? null,
    renewal_told_on: renewal?.told_for === end_date ? renewal.told_on : null,
  };
}

/** Returns the contract with its day of notice and the next renewal step computed anew. */
export function withNotice<C extends RenewingContract>(contract: C, zone: string): C & { notice_date: string } {
  const { term_start_date, end_date, renewal_notice_days } = contract;
  // The termination is ignored here because it may be withdrawn. The clock `notice` checks it.
  const due = findDueStep(toRenewable({ ...contract, termination: null }));
  return {
    ...contract,
    notice_date: noticeDay({ start_date: term_start_date, end_date }, renewal_notice_days),
    notice_at: due && startOfDay(zone, due.day),
  };
}

/** When the clock `notice` fires, or null. */
export const noticeClock = (contract: RenewingContract): string | null =>
  contract.status === "ACTIVE" && !isEndingEarly(contract) ? contract.notice_at : null;

/** Returns whether the contract ends on its last day. False while the renewal is undecided. */
export const isSelfEnding = (contract: RenewingContract): boolean => findLastDay(toRenewable(contract)) !== null;

/** Returns the rule for the price of the next term. */
export function resolvePriceRule({
  renewal_value,
  renewal_uplift_percent,
}: {
  renewal_value: string | null;
  renewal_uplift_percent: string | null;
}): PriceRule {
  if (renewal_value !== null) return { kind: "FIXED", contract_value: renewal_value };
  return renewal_uplift_percent === null ? { kind: "SAME" } : { kind: "PERCENT", percent: renewal_uplift_percent };
}

// --- Calendar entries in the extra index (storage/table/extra-index.ts) ---

/** Calendars of contracts in force: by day of notice and by last day. */
export type CalendarPlace = "notice" | "end";

const calendarEvents = { notice: "NOTICE", end: "END" } as const;

/** Partition of a calendar: of all contracts, or of one owner. */
export const calendarPartition = (place: CalendarPlace, owner?: string): readonly string[] =>
  owner === undefined ? [place] : [place, owner];

/** Returns the calendar entries of a contract. The sort key is the day and then the event, so both calendars can be merged into one list. */
export function listCalendarEntries(
  {
    status,
    notice_date,
    end_date,
    owner_id,
  }: Pick<RenewingContract, "status" | "end_date"> & { notice_date: string; owner_id: string | null },
  unowned: string,
): { partition: readonly string[]; sortKey: string }[] {
  if (status !== "ACTIVE") return [];
  const dateByPlace = { notice: notice_date, end: end_date };
  return (["notice", "end"] as const).flatMap((place) =>
    [calendarPartition(place), calendarPartition(place, owner_id ?? unowned)].map((partition) => ({
      partition,
      sortKey: `${dateByPlace[place]} ${calendarEvents[place]}`,
    })),
  );
}

/** Parses the sort key of a calendar entry. */
export const parseCalendarKey = (key: string): { day: string; event: "NOTICE" | "END" } => ({
  day: key.slice(0, 10),
  event: key.slice(11).startsWith("NOTICE") ? "NOTICE" : "END",
});
