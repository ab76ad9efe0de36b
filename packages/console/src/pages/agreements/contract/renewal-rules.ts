import type { RecordData } from "../../../api/kind.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import { addDecimals, type Decimal, isDecimal } from "../../../ui/kit/decimal.ts";

/** Rules of the renewals page that need no browser (docs/agreements/renewals.md). */

/** A contract whose day of notice is due, as `GET /contracts/renewals` returns it. */
export interface DueRenewal extends LabelledRecord, RecordData {
  readonly contract_number: string;
  readonly title: string;
  readonly contract_value: string;
  readonly currency: string;
  readonly notice_date: string;
  readonly end_date: string;
  readonly auto_renew: boolean;
  readonly days_left: number;
  readonly renewal_outcome: "RENEW" | "PROPOSE" | null;
  readonly next_value: string;
  readonly next_end_date: string;
  readonly termination_date: string | null;
}

/** The figures of the page, in days until the day of notice, and what needs a person. */
export const renewalViews = ["30", "60", "90", "risk"] as const;
export type RenewalView = (typeof renewalViews)[number];

/** Days before the day of notice from which a contract that does not renew itself is at risk. */
const RISK_DAYS = 30;

/** A contract is at risk if it ends without the act of a person: it was terminated, its renewal waits for a person, or it does not renew itself and is due soon. */
export function isAtRisk({ renewal_outcome, termination_date, auto_renew, days_left }: DueRenewal): boolean {
  if (termination_date !== null) return true;
  if (renewal_outcome !== null) return renewal_outcome === "PROPOSE";
  return !auto_renew && days_left <= RISK_DAYS;
}

/** Whether a contract belongs to a view: `30`, `risk`, or a month such as `2026-12`. */
export function isInView(row: DueRenewal, view: string): boolean {
  if (view === "risk") return isAtRisk(row);
  if (/^\d{4}-\d{2}$/.test(view)) return row.notice_date.startsWith(view);
  return row.days_left <= Number(view);
}

interface CurrencySum {
  readonly currency: string;
  readonly amount: string;
}

/** Adds up the values of contracts by currency, the largest number of contracts first. */
export function sumValues(rows: readonly DueRenewal[]): CurrencySum[] {
  const byCurrency = Map.groupBy(rows, ({ currency }) => currency);
  return [...byCurrency]
    .sort(([, before], [, after]) => after.length - before.length)
    .map(([currency, group]) => ({
      currency,
      amount: addDecimals(group.map(({ contract_value }) => contract_value).filter(isDecimal) as Decimal[]),
    }));
}

interface MonthSum {
  readonly id: string;
  readonly value: string;
}

/** Adds up the values of one currency by the month of the day of notice, without gaps between the first and the last month. */
export function sumMonths(rows: readonly DueRenewal[], currency: string): MonthSum[] {
  const months = rows.filter((row) => row.currency === currency).sort((a, b) => a.notice_date.localeCompare(b.notice_date));
  const [first, last] = [months[0]?.notice_date.slice(0, 7), months.at(-1)?.notice_date.slice(0, 7)];
  if (first === undefined || last === undefined) return [];
  const ids = [first];
  for (let id = first; id < last && ids.length < MAX_MONTHS; ) {
    const [year = 0, month = 0] = id.split("-").map(Number);
    id = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, "0")}`;
    ids.push(id);
  }
  return ids.map((id) => ({ id, value: sumValues(months.filter((row) => row.notice_date.startsWith(id)))[0]?.amount ?? "0" }));
}

const MAX_MONTHS = 24;

/** What a user can do about the end of a term. */
export type RenewalAct = "renew" | "prepare" | "stop" | "resume" | "terminate";

/** Lists what can be done about the end of a term, by what was decided and by the day of notice. */
export function listRenewalActs({ renewal_outcome, termination_date, auto_renew, days_left }: DueRenewal): RenewalAct[] {
  if (termination_date !== null) return [];
  if (renewal_outcome === "RENEW") return ["terminate"];
  if (renewal_outcome === "PROPOSE") return ["renew"];
  // From the day of notice on, whether the contract renews itself is fixed.
  const others: RenewalAct[] = days_left > 0 ? [auto_renew ? "stop" : "resume"] : auto_renew ? ["terminate"] : [];
  return ["renew", "prepare", ...others];
}

/** Returns the day after a day. */
export const addDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
