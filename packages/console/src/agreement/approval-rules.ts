import { nameRecord } from "../data/title.ts";
import { formatMoney, type LabelledRecord, type TextOptions } from "../fields/value-text.ts";

/** Rules of the approval inbox that need no browser. */

/** What waits for the user, what waits for other people, and what has been decided. */
export const approvalGroups = ["mine", "team", "decided"] as const;
export type ApprovalGroup = (typeof approvalGroups)[number];

interface GroupScope {
  readonly userId: string;
  /** Id of the record whose approvals are listed. Without it those of all records. */
  readonly subject?: string | undefined;
}

/** Returns the query of a group. What waits longest comes first, and what was decided last. */
export function buildGroupQuery(
  group: ApprovalGroup,
  { userId, subject }: GroupScope,
): Readonly<Record<string, string | undefined>> {
  const scope = { expand: "labels,subject", include: "reasons", ...(subject === undefined ? {} : { subject }) };
  const waiting = { status: "pending", sort: "created_at", order: "asc" };
  if (group === "mine") return { ...scope, ...waiting, mine: "true" };
  if (group === "team") return { ...scope, ...waiting, "approver_id[ne]": userId };
  return { ...scope, "status[in]": "approved,rejected,expired", sort: "created_at", order: "desc" };
}

/** Whether the user can decide an approval now: it waits, the user is its approver, and earlier approvers have decided. */
export const canDecide = (approval: LabelledRecord, userId: string): boolean =>
  approval.status === "pending" && approval.approver_id === userId && Boolean(approval.asked_at);

const AMOUNT_FIELDS = ["total_amount", "contract_value"];

/** Returns the name and the amount of what is to be approved, as far as the user may see it. */
export function readSubject(
  { expanded, title }: LabelledRecord,
  { currency, locale }: Pick<TextOptions, "currency" | "locale">,
): { name: string; amount: string } {
  const subject: Readonly<Record<string, unknown>> = { ...expanded?.subject_id };
  const amount = AMOUNT_FIELDS.map((field) => subject[field]).find((value) => typeof value === "string");
  return {
    name: nameRecord(subject) || String(title),
    amount: amount === undefined ? "" : formatMoney(String(amount), String(subject.currency ?? currency), locale),
  };
}

/** Why an approval is needed. A list has the reasons if it names them in `include`. */
export const listReasons = ({ reasons }: LabelledRecord): string[] => (Array.isArray(reasons) ? reasons.map(String) : []);

const HOUR_MS = 3_600_000;
/** An approval that expires within these hours is urgent. */
const URGENT_HOURS = 24;

/** Whether an approval expires soon. */
export const isUrgent = ({ status, due_at }: LabelledRecord, now: string): boolean =>
  status === "pending" && Boolean(due_at) && Date.parse(String(due_at)) - Date.parse(now) < URGENT_HOURS * HOUR_MS;

/** Returns the contract of an amendment that is to be approved. */
export function readContractId({ expanded }: LabelledRecord): string | undefined {
  const subject: Readonly<Record<string, unknown>> = { ...expanded?.subject_id };
  return typeof subject.contract_id === "string" ? subject.contract_id : undefined;
}

/** The approvals of one round in the order in which their approvers are asked. */
export const listRound = <R extends LabelledRecord>(approvals: readonly R[], round: unknown): R[] =>
  approvals.filter((approval) => approval.round === round).sort((before, after) => Number(before.place) - Number(after.place));
