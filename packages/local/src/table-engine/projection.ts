import type { AttributeValue, Item } from "./attribute-value.ts";
import { valueAt } from "./expression.ts";

type Steps = readonly (string | number)[];

/** A map or list under construction. Elements of lists are kept by index, so that they close up in order. */
interface Draft {
  readonly names: Map<string | number, Draft | AttributeValue>;
  readonly isList: boolean;
}

/** Returns the parts of an item that the paths name. Elements of a list close up; paths to missing values are left out. */
export function projectItem(item: Item, paths: readonly Steps[]): Item {
  const root: Draft = { names: new Map(), isList: false };
  for (const steps of paths) {
    const value = valueAt(item, steps);
    if (value) placeValue(root, steps, value);
  }
  return (finishDraft(root) as { M: Item }).M;
}

function placeValue(draft: Draft, [step, ...rest]: Steps, value: AttributeValue): void {
  if (step === undefined) return;
  if (rest.length === 0) {
    draft.names.set(step, value);
    return;
  }
  let next = draft.names.get(step);
  if (!isDraft(next)) {
    next = { names: new Map(), isList: typeof rest[0] === "number" };
    draft.names.set(step, next);
  }
  placeValue(next, rest, value);
}

const isDraft = (value: Draft | AttributeValue | undefined): value is Draft => value !== undefined && "names" in value;

function finishDraft(value: Draft | AttributeValue): AttributeValue {
  if (!isDraft(value)) return value;
  const entries = [...value.names].map(([step, child]) => [step, finishDraft(child)] as const);
  if (!value.isList) return { M: Object.fromEntries(entries) };
  return { L: entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, element]) => element) };
}
