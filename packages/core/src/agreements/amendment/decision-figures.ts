import { buildPlainFigures, type DecisionFigures, type FigureChange } from "../approval/decision-figures.ts";
import type { AmendmentRecord } from "./amendment.entity.ts";

/** What the approver of an amendment decides: the figures before and after it, its deliverables and its clauses. */
export function buildAmendmentFigures({ currency, figures, deliverables, clauses }: AmendmentRecord): DecisionFigures {
  const { added = [], changed = [], removed = [] } = deliverables ?? {};
  const toDeliverable = (name: string, before: string | null, after: string | null): FigureChange => ({
    ...{ field: "deliverables", name, before, after },
  });
  const changes: FigureChange[] = [
    ...figures.map(({ field, before, after }) => ({ field, name: null, before, after })),
    ...added.map(({ name, amount }) => toDeliverable(name, null, amount)),
    ...changed.map(({ set, before }) => toDeliverable(set.name ?? before.name, before.amount, set.amount ?? before.amount)),
    ...removed.map(({ before }) => toDeliverable(before.name, before.amount, null)),
    ...clauses.map(({ heading, original }) => ({
      ...{ field: "clauses", name: heading ?? original.heading ?? original.number, before: null, after: null },
    })),
  ];
  const value = figures.find(({ field }) => field === "contract_value");
  return buildPlainFigures(currency, value?.after ?? null, changes);
}
