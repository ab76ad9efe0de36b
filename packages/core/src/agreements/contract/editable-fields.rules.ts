import type { ErrorDetail } from "../../kernel/error.ts";
import { type ContractStatus, isEnd, isOpen } from "./status.rules.ts";
import { countTermMonths, findTermFault, lastDayAfterMonths, noticeDay, type Term } from "./term.rules.ts";

/** Pure rules: which fields of a contract can change, and how its dates depend on each other. */

/** Default length of a new contract, in months. */
const DEFAULT_MONTHS = 12;

/** Dates from the caller. A missing or cleared value is derived from the others. */
interface TermInput {
  start_date?: string | null | undefined;
  end_date?: string | null | undefined;
  duration_months?: number | null | undefined;
}

interface TermWithLength extends Term {
  duration_months: number | null;
}

/** Returns the term from the input and the current term. If only one of last day and length is new, it decides. If both are new, they must agree. */
export function resolveTerm(
  input: TermInput,
  current: TermWithLength | undefined,
  today: string,
  details: ErrorDetail[],
): TermWithLength {
  const start_date = input.start_date ?? current?.start_date ?? today;
  const isNew = <T>(value: T | null | undefined, previous: T | null | undefined): value is T =>
    value != null && value !== previous;
  const months = input.duration_months;
  const isLength = isNew(months, current?.duration_months);
  const isEndNew = isNew(input.end_date, current?.end_date);
  // A renewed contract's `start_date` belongs to its first term, so its length cannot be computed from it.
  if (current && !isEndNew && !isLength && start_date === current.start_date) {
    const { end_date, duration_months } = current;
    return { start_date, end_date, duration_months };
  }
  const end_date = isEndNew
    ? input.end_date
    : isLength
      ? lastDayAfterMonths(start_date, months)
      : (current?.end_date ?? input.end_date ?? lastDayAfterMonths(start_date, months ?? DEFAULT_MONTHS));
  const term = { start_date, end_date: end_date as string };
  const fault = findTermFault(term);
  if (fault) details.push(fault);
  const duration_months = fault ? null : countTermMonths(term);
  if (!fault && isEndNew && isLength && duration_months !== months)
    details.push({
      field: "duration_months",
      message:
        duration_months === null
          ? "The term is not a number of whole months: omit duration_months"
          : `Must be ${duration_months} to match end_date`,
    });
  return { ...term, duration_months };
}

/** Fields that both sides agree on. After the submission a change of them makes the contract a DRAFT again or is refused. */
export const agreedFields = [
  "title",
  "description",
  "customer_id",
  "contact_id",
  "opportunity_id",
  "contract_type_id",
  "contract_value",
  "currency",
  "billing_frequency",
  "monthly_fee",
  "payment_terms",
  "start_date",
  "end_date",
  "requires_signature",
  "governing_law",
  "jurisdiction",
  "terms_and_conditions",
  "special_terms",
  "deliverables",
  "text_id",
] as const;

/** Fields about the renewal. They can change until the day of notice. */
export const renewalFieldNames = [
  "auto_renew",
  "auto_renew_agreed",
  "renewal_notice_days",
  "renewal_terms",
  "renewal_uplift_percent",
  "renewal_value",
] as const;

interface NoticeTerms {
  status: ContractStatus;
  term_start_date: string;
  end_date: string;
  renewal_notice_days: number;
}

/** Returns whether the renewal fields can still change on this day, in the tenant's time zone. */
export const isBeforeNotice = (contract: NoticeTerms, day: string): boolean =>
  isOpen(contract.status) ||
  (!isEnd(contract.status) &&
    day < noticeDay({ start_date: contract.term_start_date, end_date: contract.end_date }, contract.renewal_notice_days));
