import { Records } from "../../storage/write/records.ts";
import { readFigures } from "../contract/change-log.ts";
import { type ContractRecord, type DeliverableRecord, deliverableFields } from "../contract/contract.entity.ts";
import { type AgreedState, type Change, compareChanges, computeAgreedState } from "../contract/effective-figures.rules.ts";
import { loadWording } from "../contract/wording.ts";
import { type AmendmentRecord, Amendments, type Clause, type DeliverableTerms, type Scope } from "./amendment.entity.ts";
import { type ChangePosition, isAfter, toFigureSet } from "./changes.rules.ts";

/**
 * The baseline: what a contract says at the place of an amendment in the order of changes. An amendment is drawn from it, and later compared with it.
 */

const deliverableFieldNames = Object.keys(deliverableFields);

/** Returns the agreed terms of a deliverable, without its progress. */
export const toDeliverableTerms = (deliverable: Partial<DeliverableRecord> & { id: string }): DeliverableTerms =>
  Object.fromEntries([
    ["id", deliverable.id],
    ...deliverableFieldNames.map((field) => [field, (deliverable as Record<string, unknown>)[field] ?? null]),
  ]) as DeliverableTerms;

export const toScope = ({ added, changed, removed }: Scope): NonNullable<Change["scope"]> => ({
  added,
  changed: changed.map(({ id, set }) => ({ id, ...set })),
  removed: removed.map(({ id }) => id),
});

/** Converts an amendment to an entry in the changes of its contract. */
export const toChange = ({ amendment_type, number, effective_date, figures, deliverables }: AmendmentRecord): Change => ({
  kind: amendment_type,
  ...{ number, effective_date },
  set: toFigureSet(figures),
  ...(deliverables ? { scope: toScope(deliverables) } : {}),
});

export const toChangePosition = ({
  amendment_type,
  number,
  effective_date,
}: Pick<AmendmentRecord, "amendment_type" | "number" | "effective_date">): ChangePosition => ({
  kind: amendment_type,
  ...{ number, effective_date },
});

/** Number, heading and text of a contract term. An amended term has its amended text. */
type OriginalClause = Clause["original"];

export interface Baseline {
  state: AgreedState;
  /** By the key of the term; empty if the contract has no wording. */
  terms: ReadonlyMap<string, OriginalClause>;
}

/** Loads what holds at a place in the order of changes: the applied changes and the agreed, not yet effective amendments that come before it. */
export async function loadBaseline(contract: ContractRecord, place: ChangePosition): Promise<Baseline> {
  const appliedChanges = contract.changes.filter((change) => isAfter(place, change));
  const clauses = appliedChanges.filter((change) => change.clauses.length > 0);
  const agreedAmendments = contract.amendments_ahead.filter(({ number, effective_date }) =>
    isAfter(place, { kind: "VALUE", number, effective_date }),
  );
  const amendmentIds = [...new Set([...clauses, ...agreedAmendments].flatMap(({ amendment_id }) => amendment_id ?? []))];
  const [wording, loaded] = await Promise.all([loadWording(contract), Records.loadMany(Amendments, amendmentIds)]);
  const byId = new Map(loaded.flatMap((amendment) => (amendment ? [[amendment.id, amendment] as const] : [])));
  const upcomingAmendments = agreedAmendments.flatMap(({ amendment_id }) => byId.get(amendment_id) ?? []);
  const first: AgreedState = {
    ...(contract.first_agreed ?? readFigures(contract)),
    deliverables: contract.deliverables.map(toDeliverableTerms),
    term_number: 1,
    amendment_count: 0,
  };
  const agreed = computeAgreedState(first, [
    ...appliedChanges.map(
      ({ kind, number, effective_date, set }): Change => ({ kind, number, effective_date, set: set as Change["set"] }),
    ),
    ...upcomingAmendments.map(toChange),
  ]);
  const texts = [...byId.values()].toSorted((left, right) => compareChanges(toChange(left), toChange(right)));
  const terms = new Map(
    (wording?.terms ?? []).map(({ key, number, heading, text }): [string, OriginalClause] => [key, { number, heading, text }]),
  );
  for (const { clauses: amended } of texts)
    for (const { key, heading, text, original } of amended)
      terms.set(key, { number: original.number, heading: heading ?? original.heading, text });
  return { state: agreed, terms };
}
