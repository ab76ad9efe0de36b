import { isDeepStrictEqual } from "node:util";
import type { Amount } from "../../kernel/money.ts";
import type { BillingFrequency } from "./billing-plan.rules.ts";

/**
 * What a contract says on a day: what was first agreed, and on top of it every change that is effective by then (docs/agreements/renewals.md, Figures).
 * Pure. Changes count in the order of the day on which they take effect, and of one day a new term before amendments, which are those of
 * the term that has begun, and amendments by their number. So it does not matter in which order they were signed or worked off.
 */

export const changeKinds = ["VALUE", "SCOPE", "TERM", "PRICING", "RENEWAL"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Something that is to be delivered, as far as it counts here. */
export interface AgreedDeliverable {
  id: string;
  [field: string]: unknown;
}

/** The figures that a change may set. */
export interface Figures {
  contract_value: Amount;
  monthly_fee: Amount | null;
  billing_frequency: BillingFrequency;
  payment_terms: string | null;
  /** The first day of the present term. */
  term_start_date: string;
  end_date: string;
}

/** What a contract says. */
export interface AgreedState extends Figures {
  deliverables: readonly AgreedDeliverable[];
  /** The first is 1. */
  term_number: number;
  amendment_count: number;
}

export interface Scope {
  added?: readonly AgreedDeliverable[];
  /** Only the fields named. */
  changed?: readonly AgreedDeliverable[];
  /** Ids. */
  removed?: readonly string[];
}

export interface Change {
  kind: ChangeKind;
  /** Of an amendment among those of its contract, of a renewal that of its term. */
  number: number;
  effective_date: string;
  set: Partial<Figures>;
  scope?: Scope;
}

const figureFields = [
  "contract_value",
  "monthly_fee",
  "billing_frequency",
  "payment_terms",
  "term_start_date",
  "end_date",
] as const satisfies readonly (keyof Figures)[];

/** Which of two changes counts first: below 0 the one. */
export function compareChanges(one: Change, other: Change): number {
  if (one.effective_date !== other.effective_date) return one.effective_date < other.effective_date ? -1 : 1;
  const [first, second] = [one.kind === "RENEWAL" ? 0 : 1, other.kind === "RENEWAL" ? 0 : 1];
  return first - second || one.number - other.number;
}

/** What a contract says after one more change. */
export function applyChange(agreed: AgreedState, change: Change): AgreedState {
  const isRenewal = change.kind === "RENEWAL";
  return {
    ...agreed,
    ...change.set,
    deliverables: change.scope ? applyScope(agreed.deliverables, change.scope) : agreed.deliverables,
    term_number: isRenewal ? change.number : agreed.term_number,
    amendment_count: agreed.amendment_count + (isRenewal ? 0 : 1),
  };
}

/** What is no longer there is neither changed nor removed; what is added again stands with its new words where it stood. */
function applyScope(
  deliverables: readonly AgreedDeliverable[],
  { added = [], changed = [], removed = [] }: Scope,
): AgreedDeliverable[] {
  const byId = new Map(deliverables.map((each) => [each.id, each]));
  for (const id of removed) byId.delete(id);
  for (const each of changed) {
    const before = byId.get(each.id);
    if (before) byId.set(each.id, { ...before, ...each });
  }
  for (const each of added) byId.set(each.id, each);
  return [...byId.values()];
}

/** What a contract says on a day; without one, after all changes. */
export function computeAgreedState(first: AgreedState, changes: readonly Change[], day?: string): AgreedState {
  return changes
    .filter(({ effective_date }) => day === undefined || effective_date <= day)
    .toSorted(compareChanges)
    .reduce(applyChange, first);
}

/** A figure that a change sets, and that is no longer what the change was made from. */
export interface StaleField {
  field: string;
  was: unknown;
  is: unknown;
}

/** What a change would set or touch that has become something else since it was drafted. */
export function findStaleFields(change: Pick<Change, "set" | "scope">, drafted: AgreedState, present: AgreedState): StaleField[] {
  const { changed = [], removed = [] } = change.scope ?? {};
  const touched = [...changed.map(({ id }) => id), ...removed];
  return [
    ...figureFields.flatMap((field) =>
      change.set[field] === undefined || drafted[field] === present[field]
        ? []
        : [{ field, was: drafted[field], is: present[field] }],
    ),
    ...touched.flatMap((id) => {
      const [was, is] = [findDeliverable(drafted, id), findDeliverable(present, id)];
      return isDeepStrictEqual(was, is) ? [] : [{ field: `deliverables.${id}`, was, is }];
    }),
  ];
}

const findDeliverable = ({ deliverables }: AgreedState, id: string): AgreedDeliverable | null =>
  deliverables.find((each) => each.id === id) ?? null;

export * as EffectiveFigures from "./effective-figures.rules.ts";
