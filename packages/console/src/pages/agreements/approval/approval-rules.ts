import type { Schemas } from "@crm/sdk/index.ts";
import type { Field, Kind } from "../../../api/kind.ts";
import { nameRecord } from "../../../api/title.ts";
import { EMPTY, formatMoney, formatValue, isEmptyValue, type LabelledRecord, type TextOptions } from "../../../api/value-text.ts";
import { numberFormat } from "../../../ui/i18n/formatters.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import { describeReached, type ReachedCondition } from "./submission-reasons.ts";

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
  const scope = {
    expand: "labels,subject",
    include: "reasons,conditions,figures",
    ...(subject === undefined ? {} : { subject }),
  };
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
  approval: LabelledRecord,
  { currency, locale }: Pick<TextOptions, "currency" | "locale">,
  sheet?: Sheet,
): { name: string; amount: string; hasTax: boolean } {
  const subject: Readonly<Record<string, unknown>> = { ...approval.expanded?.subject_id };
  const figures = readFigures(approval);
  const amount =
    AMOUNT_FIELDS.map((field) => subject[field]).find((value) => typeof value === "string") ?? figures?.total_amount ?? undefined;
  const code = String(subject.currency ?? figures?.currency ?? currency);
  return {
    name: nameRecord(subject) || String(approval.title),
    amount: amount === undefined ? "" : formatMoney(String(amount), code, locale),
    hasTax: readNet(approval, sheet) !== undefined,
  };
}

/** The record to be approved, as its approver reads it. */
type Sheet = Schemas.ApprovalSubject["record"] | undefined;

/** Returns the net amount of what is to be approved, if its total has tax. The margin is a share of it. */
export function readNet(approval: LabelledRecord, sheet: Sheet): string | undefined {
  const { net_amount, total_amount }: Readonly<Record<string, unknown>> = {
    ...sheet,
    ...approval.expanded?.subject_id,
  };
  return typeof net_amount === "string" && net_amount !== total_amount ? net_amount : undefined;
}

/** Says of an amount that it has tax. */
export const writeTotal = (amount: string, hasTax: boolean, t: Translate): string =>
  hasTax ? t("{amount} with tax", { amount }) : amount;

/** The reasons in the record of a submission. */
export interface SubmissionReasons {
  readonly reasons: readonly string[];
  /** Left out by submissions of earlier releases. */
  readonly conditions?: readonly ReachedCondition[];
}

/**
 * Why an approval is needed, in the language of the reader. A list has the reasons if it names them in `include`. Earlier approvals have
 * sentences only.
 */
export function listReasons({ reasons, conditions }: LabelledRecord | SubmissionReasons, t: Translate, locale: string): string[] {
  const reached = Array.isArray(conditions) ? (conditions as readonly ReachedCondition[]) : [];
  if (reached.length === 0) return Array.isArray(reasons) ? reasons.map(String) : [];
  return describeReached(reached, t, locale);
}

type Figures = NonNullable<Schemas.Approval["figures"]>;

/** What an approval decides in figures. A list has them if it names them in `include`. */
export const readFigures = ({ figures }: LabelledRecord): Figures | undefined =>
  (figures as Figures | null | undefined) ?? undefined;

const formatPercent = (percent: string, locale: string): string =>
  numberFormat(locale, { style: "unit", unit: "percent", maximumFractionDigits: 2 }).format(Number(percent));

interface ShownFigures {
  readonly hasTotal: boolean;
  readonly hasDiscount?: boolean;
  /** The net amount, if the total has tax. */
  readonly net?: string | undefined;
}

/** The figures in short: total, discount and margin. A quote without a discount says so by silence. */
export function listFigureFacts(
  figures: Figures | undefined,
  { hasTotal, hasDiscount = true, net }: ShownFigures,
  { locale }: Pick<TextOptions, "locale">,
  t: Translate,
): string[] {
  if (!figures) return [];
  const { currency, total_amount, discount_percent, margin_amount, margin_percent, is_margin_partial } = figures;
  const total =
    hasTotal && total_amount !== null
      ? t("Total {amount}", { amount: writeTotal(formatMoney(total_amount, currency, locale), net !== undefined, t) })
      : "";
  const discount =
    hasDiscount && discount_percent !== null && /[1-9]/.test(discount_percent)
      ? t("Discount {percent}", { percent: formatPercent(discount_percent, locale) })
      : "";
  const amount = margin_amount === null ? "" : formatMoney(margin_amount, currency, locale);
  const percent = margin_percent === null ? "" : formatPercent(margin_percent, locale);
  const margin =
    margin_amount === null
      ? discount_percent === null
        ? ""
        : t("Margin unknown: no product has a cost")
      : is_margin_partial
        ? t("Margin {percent} ({amount}), only of lines with known costs", { percent, amount })
        : net === undefined
          ? t("Margin {percent} ({amount})", { percent, amount })
          : t("Margin {percent} ({amount} of {net} net)", { percent, amount, net: formatMoney(net, currency, locale) });
  return [total, discount, margin].filter(Boolean);
}

/**
 * Returns the sections without amounts and percents of 0. The facts above have what counts: a document without a discount of its own would say "0%" below the
 * discount of its lines.
 */
export const omitZeros = <S extends { readonly fields: readonly string[] }>(
  sections: readonly S[],
  fields: readonly Pick<Field, "name" | "type">[],
  record: Readonly<Record<string, unknown>>,
): S[] => {
  const amounts = new Set(fields.filter(({ type }) => type === "money" || type === "number").map(({ name }) => name));
  const isZero = (name: string): boolean => amounts.has(name) && /^-?[0.]+$/.test(String(record[name] ?? ""));
  return sections.map((section) => ({ ...section, fields: section.fields.filter((name) => !isZero(name)) }));
};

/** What differs from the version before, or what an amendment changes: one sentence each, with the values before and after. */
export function describeChanges(
  { changes, currency }: Figures,
  fields: readonly Field[],
  options: TextOptions,
  t: Translate,
): string[] {
  const write = (name: string, value: string | null): string => {
    const field = fields.find((candidate) => candidate.name === name);
    if (isEmptyValue(value)) return EMPTY;
    if (field?.type === "json" || !field) return formatMoney(String(value), currency, options.locale);
    return formatValue({ [name]: value, currency, expanded: {} }, field, options);
  };
  return changes.map(({ field: name, name: part, before, after }) => {
    const label = part ?? fields.find((field) => field.name === name)?.label ?? name;
    if (before === null && after === null) return t("{field} changed", { field: label });
    if (part !== null && before === null) return t("{name} added: {amount}", { name: label, amount: write(name, after) });
    if (part !== null && after === null) return t("{name} removed: {amount}", { name: label, amount: write(name, before) });
    if (before === after) return t("{field} changed", { field: label });
    return t("{field}: {before} → {after}", { field: label, before: write(name, before), after: write(name, after) });
  });
}

/**
 * Builds a record from the sheet of one that the user does not see. It names its customer, and no other record: references without a name would say
 * nothing.
 */
export function buildSheetRecord(
  { fields }: Pick<Kind, "fields">,
  {
    record,
    record_id,
    customer,
  }: Pick<Schemas.ApprovalSubject, "record" | "record_id"> & {
    readonly customer: Schemas.ApprovalSubject["customer"] | null;
  },
): LabelledRecord {
  const nameless = new Set(
    fields.flatMap(({ name, type }) => (type === "reference" && !(name === "customer_id" && customer) ? [name] : [])),
  );
  const named = Object.fromEntries(Object.entries(record).filter(([name]) => !nameless.has(name)));
  return { ...named, id: record_id, ...(customer ? { expanded: { customer_id: customer } } : {}) };
}

const HOUR_MS = 3_600_000;
/** An approval that expires within these hours is urgent. */
const URGENT_HOURS = 24;

/** Whether an approval expires soon. */
export const isUrgent = ({ status, due_at }: LabelledRecord, now: string): boolean =>
  status === "pending" && Boolean(due_at) && Date.parse(String(due_at)) - Date.parse(now) < URGENT_HOURS * HOUR_MS;

/** The approvals of one round in the order in which their approvers are asked. */
export const listRound = <R extends LabelledRecord>(approvals: readonly R[], round: unknown): R[] =>
  approvals.filter((approval) => approval.round === round).sort((before, after) => Number(before.place) - Number(after.place));
