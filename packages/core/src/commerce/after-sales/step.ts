import { requestTime, today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { Money } from "../../kernel/money.ts";
import { createLineMatcher } from "../order/line-matcher.ts";
import type { CaseRecord, ItemRecord } from "./after-sales.entity.ts";
import { type CaseStatus, listNextStatuses } from "./after-sales.rules.ts";

/** The steps of a case that move no money. */

interface ReceivedItem {
  line_id: string;
  quantity: string;
}

interface InspectedItem {
  line_id: string;
  accepted_quantity: string;
  condition?: ItemRecord["condition"] | undefined;
  notes?: string | null | undefined;
}

/** A step, with what it says about the items. Without items, it is the same for all. */
export type StepInput = { message?: string | null | undefined } & (
  | { status: "APPROVED" }
  | { status: "RECEIVED"; received_date?: string | null | undefined; items?: readonly ReceivedItem[] | undefined }
  | { status: "INSPECTED"; items?: readonly InspectedItem[] | undefined }
  | { status: "REJECTED"; reason: string }
  | { status: "CANCELLED" }
);

/** Throws CONFLICT if the case cannot get the status. */
export function requireTransition({ case_type, status }: Pick<CaseRecord, "case_type" | "status">, to: CaseStatus): void {
  const possible = listNextStatuses(case_type, status);
  if (possible.includes(to)) return;
  throw conflict(
    possible.length === 0
      ? `The case is ${status}, which is final`
      : `A case that is ${status} can only become ${possible.join(" or ")}`,
    [{ field: "status", message: `Cannot change from ${status} to ${to}` }],
  );
}

/** Returns the case after a step. Throws CONFLICT if the step does not follow, and VALIDATION_ERROR for quantities that do not fit. */
export function applyStep(current: CaseRecord, step: StepInput): CaseRecord {
  requireTransition(current, step.status);
  const next = {
    ...current,
    status: step.status,
    status_changed_at: requestTime(),
    message: step.message ?? null,
  };
  switch (step.status) {
    case "RECEIVED":
      return { ...next, received_date: step.received_date ?? today(), items: receiveItems(current.items, step.items) };
    case "INSPECTED":
      return { ...next, items: inspectItems(current.items, step.items) };
    case "REJECTED":
      return { ...next, rejection_reason: step.reason };
    default:
      return next;
  }
}

function receiveItems(items: readonly ItemRecord[], received: readonly ReceivedItem[] | undefined): ItemRecord[] {
  if (!received) return items.map((item) => ({ ...item, received_quantity: item.quantity }));
  return mergeItems(items, received, "quantity", (item, input) => {
    if (!input) return { ...item, received_quantity: "0" };
    if (Money.compare(input.quantity, item.quantity) > 0) return `Must be at most ${item.quantity}, the quantity of the case`;
    return { ...item, received_quantity: input.quantity };
  });
}

function inspectItems(items: readonly ItemRecord[], inspected: readonly InspectedItem[] = []): ItemRecord[] {
  return mergeItems(items, inspected, "accepted_quantity", (item, input) => {
    const arrived = item.received_quantity ?? "0";
    if (!input) return { ...item, accepted_quantity: arrived };
    if (Money.compare(input.accepted_quantity, arrived) > 0) return `Must be at most ${arrived}, which has arrived`;
    return {
      ...item,
      accepted_quantity: input.accepted_quantity,
      condition: input.condition ?? null,
      inspection_notes: input.notes ?? null,
    };
  });
}

/** Applies an input to each item. `merge` returns the item, or an error about the quantity. */
function mergeItems<I extends { line_id: string }>(
  items: readonly ItemRecord[],
  inputs: readonly I[],
  field: string,
  merge: (item: ItemRecord, input: I | undefined) => ItemRecord | string,
): ItemRecord[] {
  const details: ErrorDetail[] = [];
  const indexByLine = new Map<string, number>();
  const lineById = new Map(items.map((item) => [item.line_id, item]));
  const findItem = createLineMatcher({ lineById, path: "items", missing: "The case has no item with this line", details });
  for (const [index, input] of inputs.entries()) if (findItem(input, index)) indexByLine.set(input.line_id, index);
  const merged = items.map((item) => {
    const index = indexByLine.get(item.line_id);
    const result = merge(item, index === undefined ? undefined : inputs[index]);
    if (typeof result !== "string") return result;
    details.push({ field: `items[${index}].${field}`, message: result });
    return item;
  });
  if (details.length > 0) throw invalidAll(details);
  return merged;
}
