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
type AmendedFigure = (typeof amendedFigures)[number];

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
  clauses: readonly unknown[];
}

/** Fields of each type; at least one is required, unless clauses change. Every type may also change the value and clauses. */
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
export function findFaults(input: AmendmentInput): ErrorDetail[] {
  const { amendment_type } = input;
  const fields = fieldsByType[amendment_type];
  const allowed: readonly string[] = [...fields, ...fieldsByType.VALUE];
  const disallowedFields = Object.values(fieldsByType)
    .flat()
    .filter((field) => !allowed.includes(field) && isGiven(input, field));
  const details: ErrorDetail[] = disallowedFields.map((field) => ({
    field,
    message: `Not allowed for a ${amendment_type} amendment`,
  }));
  if (input.clauses.length === 0 && !fields.some((field) => isGiven(input, field)))
    details.push({
      field: fields[0],
      message:
        fields.length === 1
          ? `Required for a ${amendment_type} amendment, unless clauses change`
          : `Required for a ${amendment_type} amendment, unless ${fields.slice(1).join(" or ")} is given or clauses change`,
    });
  if (input.contract_value !== null && input.value_delta !== null)
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
export function computeFigures(input: AmendmentInput, present: AgreedState, details: ErrorDetail[]): Figure[] {
  const requestedFigures: Partial<Record<AmendedFigure, string | null>> = {
    contract_value: computeValue(input, present, details),
    monthly_fee: input.monthly_fee,
    billing_frequency: input.billing_frequency,
    payment_terms: input.payment_terms,
    end_date: input.end_date,
  };
  const figures = amendedFigures.flatMap((field): Figure[] => {
    const to = requestedFigures[field] ?? null;
    return to === null ? [] : [{ field, before: present[field], after: to }];
  });
  const { end_date } = input;
  if (end_date !== null) {
    const fault = wrongInTerm({ start_date: present.term_start_date, end_date });
    if (fault) details.push({ ...fault, message: fault.message.replace("start_date", "the first day of the term") });
    else if (end_date < input.effective_date) details.push({ field: "end_date", message: "Must not be before effective_date" });
  }
  const isClausesOnly = figures.length === 0 && input.clauses.length > 0;
  const isSame = !isClausesOnly && figures.every(({ before, after }) => before === after);
  if (isSame && !isGiven(input, "deliverables") && details.length === 0) {
    const field =
      fieldsByType[input.amendment_type].find((candidate) => isGiven(input, candidate)) ?? fieldsByType[input.amendment_type][0];
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

export const isAfter = (left: ChangePosition, right: ChangePosition): boolean =>
  compareChanges(left as Change, right as Change) > 0;

/**
 * Returns the part of `set` that no later, already applied change has set. So the result does not depend on the order in which changes are processed:
 * it always equals `computeAgreedState`.
 */
export function omitFieldsSetLater<S extends object>(
  set: S,
  place: ChangePosition,
  appliedChanges: readonly (ChangePosition & { set: object })[],
): Partial<S> {
  const laterChanges = appliedChanges.filter((change) => isAfter(change, place));
  return Object.fromEntries(
    Object.entries(set).filter(([field]) => !laterChanges.some((change) => Object.hasOwn(change.set, field))),
  ) as Partial<S>;
}

/** Applies a scope change to deliverables. `laterScopes` are the scopes of later changes that have already taken effect; the fields that they set stay. */
export function applyScopeBefore<D extends AgreedDeliverable>(
  deliverables: readonly D[],
  scope: NonNullable<Change["scope"]>,
  laterScopes: readonly NonNullable<Change["scope"]>[],
  builders: { added: (deliverable: AgreedDeliverable) => D; changed: (before: D, set: AgreedDeliverable) => D },
): D[] {
  const { added = [], changed = [], removed = [] } = scope;
  const byId = new Map(deliverables.map((deliverable) => [deliverable.id, deliverable]));
  for (const id of removed) byId.delete(id);
  for (const set of changed) {
    const before = byId.get(set.id);
    if (!before) continue;
    const laterSets = laterScopes.flatMap((laterScope) => (laterScope.changed ?? []).filter(({ id }) => id === set.id));
    const remainingEntries = Object.entries(set).filter(
      ([field]) => field === "id" || !laterSets.some((laterSet) => Object.hasOwn(laterSet, field)),
    );
    byId.set(set.id, builders.changed(before, Object.fromEntries(remainingEntries) as AgreedDeliverable));
  }
  for (const deliverable of added) byId.set(deliverable.id, builders.added(deliverable));
  return [...byId.values()];
}

/** Describes the fields whose value has changed since the amendment was drawn. */
export const describeStaleFields = (stale: readonly { field: string; was: unknown; is: unknown }[]): ErrorDetail[] =>
  stale.map(({ field, was: oldValue, is: newValue }) => ({
    field,
    message: `Was ${formatValue(oldValue)} when the amendment was drafted, and is now ${formatValue(newValue)}`,
  }));

const formatValue = (value: unknown): string =>
  value === null || value === undefined
    ? "nothing"
    : typeof value === "object"
      ? JSON.stringify(value).slice(0, 200)
      : String(value);
