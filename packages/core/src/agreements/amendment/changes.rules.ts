import type { ErrorDetail } from "../../kernel/error.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import type { AgreedDeliverable, AgreedState, Change, Figures } from "../contract/effective-figures.rules.ts";
import { compareChanges } from "../contract/effective-figures.rules.ts";
import { findTermFault as wrongInTerm } from "../contract/term.rules.ts";

/** Pure rules: what each type of amendment may change, and the resulting figures (docs/agreements/amendments.md, What it changes). */

export const amendmentTypes = ["VALUE", "SCOPE", "TERM", "PRICING"] as const;
export type AmendmentType = (typeof amendmentTypes)[number];

/** The contract figures that amendments can set. */
export const amendedFigures = [
  "contract_value",
  "monthly_fee",
  "billing_frequency",
  "payment_terms",
  "end_date",
] as const satisfies readonly (keyof Figures)[];
export type AmendedFigure = (typeof amendedFigures)[number];

export interface AmendmentInput {
  amendment_type: AmendmentType;
  effective_date: string;
  contract_value: Amount | null;
  /** Added to the present value; negative to lower it. */
  value_delta: Amount | null;
  end_date: string | null;
  monthly_fee: Amount | null;
  billing_frequency: string | null;
  payment_terms: string | null;
  deliverables: { added?: readonly unknown[]; changed?: readonly unknown[]; removed?: readonly unknown[] } | null;
}

/** Fields of each type; at least one is required. Every type may also change the value and clauses. */
const fieldsByType = {
  VALUE: ["contract_value", "value_delta"],
  TERM: ["end_date"],
  PRICING: ["monthly_fee", "billing_frequency", "payment_terms"],
  SCOPE: ["deliverables"],
} as const satisfies Record<AmendmentType, readonly (keyof AmendmentInput)[]>;

const isGiven = (input: AmendmentInput, field: keyof AmendmentInput): boolean => {
  if (field !== "deliverables") return input[field] !== null;
  const { added = [], changed = [], removed = [] } = input.deliverables ?? {};
  return added.length + changed.length + removed.length > 0;
};

/** Returns the errors in the input that can be found without the contract. */
export function findFaults(given: AmendmentInput): ErrorDetail[] {
  const { amendment_type: type } = given;
  const fields = fieldsByType[type];
  const allowed: readonly string[] = [...fields, ...fieldsByType.VALUE];
  const others = Object.values(fieldsByType)
    .flat()
    .filter((field) => !allowed.includes(field) && isGiven(given, field));
  const details: ErrorDetail[] = others.map((field) => ({ field, message: `Not allowed for a ${type} amendment` }));
  if (!fields.some((field) => isGiven(given, field)))
    details.push({
      field: fields[0],
      message:
        fields.length === 1
          ? `Required for a ${type} amendment`
          : `Required for a ${type} amendment, unless ${fields.slice(1).join(" or ")} is given`,
    });
  if (given.contract_value !== null && given.value_delta !== null)
    details.push({ field: "value_delta", message: "Cannot be combined with contract_value" });
  return details;
}

/** A figure before and after the amendment. */
export interface Figure {
  field: AmendedFigure;
  before: string | null;
  after: string;
}

/**
 * Returns the figures that an amendment sets, compared with the figures that hold before it. Adds errors to `details`; an amendment that changes
 * nothing is an error.
 */
export function computeFigures(given: AmendmentInput, present: AgreedState, details: ErrorDetail[]): Figure[] {
  const wanted: Partial<Record<AmendedFigure, string | null>> = {
    contract_value: computeValue(given, present, details),
    monthly_fee: given.monthly_fee,
    billing_frequency: given.billing_frequency,
    payment_terms: given.payment_terms,
    end_date: given.end_date,
  };
  const figures = amendedFigures.flatMap((field): Figure[] => {
    const to = wanted[field] ?? null;
    return to === null ? [] : [{ field, before: present[field], after: to }];
  });
  const { end_date } = given;
  if (end_date !== null) {
    const wrong = wrongInTerm({ start_date: present.term_start_date, end_date });
    if (wrong) details.push({ ...wrong, message: wrong.message.replace("start_date", "the first day of the term") });
    else if (end_date < given.effective_date) details.push({ field: "end_date", message: "Must not be before effective_date" });
  }
  const isSame = figures.every(({ before, after }) => before === after);
  if (isSame && !isGiven(given, "deliverables") && details.length === 0) {
    const field =
      fieldsByType[given.amendment_type].find((each) => isGiven(given, each)) ?? fieldsByType[given.amendment_type][0];
    details.push({ field, message: "Must differ from the current value: nothing would change" });
  }
  return figures;
}

function computeValue(
  { contract_value, value_delta }: AmendmentInput,
  present: AgreedState,
  details: ErrorDetail[],
): Amount | null {
  if (value_delta === null) return contract_value;
  const value = Money.add(present.contract_value, value_delta);
  if (!Money.isNegative(value)) return value;
  details.push({ field: "value_delta", message: `The value would be below 0: the current value is ${present.contract_value}` });
  return null;
}

export const toFigureSet = (figures: readonly Figure[]): Partial<Figures> =>
  Object.fromEntries(figures.map(({ field, after }) => [field, after]));

/** Returns the figures from which the amendment was drawn. */
export const toOriginalFigures = (figures: readonly Figure[]): Partial<Figures> =>
  Object.fromEntries(figures.map(({ field, before }) => [field, before]));

/** Returns the change of the contract value: negative if it falls, zero if it stays the same, null if the amendment does not set it. */
export function computeValueChange(figures: readonly Figure[]): Amount | null {
  const value = figures.find(({ field }) => field === "contract_value");
  return value?.before == null ? null : Money.subtract(value.after, value.before);
}

/** The position of a change in the order of changes of its contract: by effective day, then by number. */
export type ChangePosition = Pick<Change, "kind" | "number" | "effective_date">;

export const isAfter = (one: ChangePosition, other: ChangePosition): boolean =>
  compareChanges(one as Change, other as Change) > 0;

/**
 * Returns the part of `set` that no later, already applied change has set. So the result does not depend on the order in which changes are processed:
 * it always equals `computeAgreedState`.
 */
export function omitFieldsSetLater<S extends object>(
  set: S,
  place: ChangePosition,
  applied: readonly (ChangePosition & { set: object })[],
): Partial<S> {
  const later = applied.filter((each) => isAfter(each, place));
  return Object.fromEntries(
    Object.entries(set).filter(([field]) => !later.some((each) => Object.hasOwn(each.set, field))),
  ) as Partial<S>;
}

/** Applies a scope change to deliverables. `later` are the scopes of later changes that have already taken effect; the fields that they set stay. */
export function applyScopeBefore<D extends AgreedDeliverable>(
  deliverables: readonly D[],
  scope: NonNullable<Change["scope"]>,
  later: readonly NonNullable<Change["scope"]>[],
  made: { added: (given: AgreedDeliverable) => D; changed: (before: D, set: AgreedDeliverable) => D },
): D[] {
  const { added = [], changed = [], removed = [] } = scope;
  const byId = new Map(deliverables.map((each) => [each.id, each]));
  for (const id of removed) byId.delete(id);
  for (const set of changed) {
    const before = byId.get(set.id);
    if (!before) continue;
    const others = later.flatMap((each) => (each.changed ?? []).filter(({ id }) => id === set.id));
    const kept = Object.entries(set).filter(([field]) => field === "id" || !others.some((each) => Object.hasOwn(each, field)));
    byId.set(set.id, made.changed(before, Object.fromEntries(kept) as AgreedDeliverable));
  }
  for (const each of added) byId.set(each.id, made.added(each));
  return [...byId.values()];
}

/** Describes the fields whose value has changed since the amendment was drawn. */
export const describeStaleFields = (stale: readonly { field: string; was: unknown; is: unknown }[]): ErrorDetail[] =>
  stale.map(({ field, was, is }) => ({
    field,
    message: `Was ${formatValue(was)} when the amendment was drafted, and is now ${formatValue(is)}`,
  }));

const formatValue = (value: unknown): string =>
  value === null || value === undefined
    ? "nothing"
    : typeof value === "object"
      ? JSON.stringify(value).slice(0, 200)
      : String(value);
