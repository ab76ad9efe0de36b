import { isDeepStrictEqual } from "node:util";
import type { Amount } from "../../kernel/money.ts";
import type { BillingFrequency } from "./billing-plan.rules.ts";

/**
 * Pure rules: what a contract says on a day, from the first agreed figures and all changes that are effective by then (docs/agreements/renewals.md,
 * Figures). Changes are ordered by effective day. On the same day a renewal comes before amendments, because they belong to the new term; amendments
 * are ordered by number. So the order of signing and processing does not matter.
 */

export const changeKinds = ["VALUE", "SCOPE", "TERM", "PRICING", "RENEWAL"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A deliverable, as far as these rules need it. */
export interface AgreedDeliverable {
  id: string;
  [field: string]: unknown;
}

/** Figures that a change can set. */
export interface Figures {
  contract_value: Amount;
  monthly_fee: Amount | null;
  billing_frequency: BillingFrequency;
  payment_terms: string | null;
  /** First day of the present term. */
  term_start_date: string;
  end_date: string;
}

/** The content of a contract at a point in the order of changes. */
export interface AgreedState extends Figures {
  deliverables: readonly AgreedDeliverable[];
  /** The first term is 1. */
  term_number: number;
  amendment_count: number;
}

export interface Scope {
  added?: readonly AgreedDeliverable[];
  /** Each entry has only the fields that change. */
  changed?: readonly AgreedDeliverable[];
  /** Ids of deliverables. */
  removed?: readonly string[];
}

export interface Change {
  kind: ChangeKind;
  /** The number of an amendment within its contract, or of the term for a renewal. */
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

/** Comparator for the order of changes. */
export function compareChanges(a: Change, b: Change): number {
  if (a.effective_date !== b.effective_date) return a.effective_date < b.effective_date ? -1 : 1;
  const [first, second] = [a.kind === "RENEWAL" ? 0 : 1, b.kind === "RENEWAL" ? 0 : 1];
  return first - second || a.number - b.number;
}

/** Returns the content after one more change. */
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

/** Changes to missing deliverables are ignored. A deliverable that is added again keeps its position and gets its new content. */
function applyScope(
  deliverables: readonly AgreedDeliverable[],
  { added = [], changed = [], removed = [] }: Scope,
): AgreedDeliverable[] {
  const byId = new Map(deliverables.map((deliverable) => [deliverable.id, deliverable]));
  for (const id of removed) byId.delete(id);
  for (const deliverable of changed) {
    const before = byId.get(deliverable.id);
    if (before) byId.set(deliverable.id, { ...before, ...deliverable });
  }
  for (const deliverable of added) byId.set(deliverable.id, deliverable);
  return [...byId.values()];
}

/** Returns the content on a day, or after all changes if no day is given. */
export function computeAgreedState(first: AgreedState, changes: readonly Change[], day?: string): AgreedState {
  return changes
    .filter(({ effective_date }) => day === undefined || effective_date <= day)
    .toSorted(compareChanges)
    .reduce(applyChange, first);
}

/** A figure that a change sets and that has changed since it was drafted. */
export interface StaleField {
  field: string;
  was: unknown;
  is: unknown;
}

/** Returns the fields that a change sets or touches and that have changed since it was drafted. */
export function findStaleFields(change: Pick<Change, "set" | "scope">, drafted: AgreedState, present: AgreedState): StaleField[] {
  const { changed = [], removed = [] } = change.scope ?? {};
  const touchedIds = [...changed.map(({ id }) => id), ...removed];
  return [
    ...figureFields.flatMap((field) =>
      change.set[field] === undefined || drafted[field] === present[field]
        ? []
        : [{ field, was: drafted[field], is: present[field] }],
    ),
    ...touchedIds.flatMap((id) => {
      const [draftedItem, presentItem] = [findDeliverable(drafted, id), findDeliverable(present, id)];
      return isDeepStrictEqual(draftedItem, presentItem)
        ? []
        : [{ field: `deliverables.${id}`, was: draftedItem, is: presentItem }];
    }),
  ];
}

const findDeliverable = ({ deliverables }: AgreedState, id: string): AgreedDeliverable | null =>
  deliverables.find((deliverable) => deliverable.id === id) ?? null;

export * as EffectiveFigures from "./effective-figures.rules.ts";
