import { conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { Money } from "../../kernel/money.ts";
import { createLineMatcher } from "../order/line-matcher.ts";
import type { LineRecord, OrderRecord } from "../order/order.entity.ts";
import { subtractQuantity } from "../order/quantity.rules.ts";
import type { CaseRecord, ItemRecord } from "./after-sales.entity.ts";
import { computeClaims, noClaims, replaceClaims } from "./after-sales.rules.ts";

/** What after-sales cases claim of the lines of an order. Each change of a claim is written with its order, so two cases never claim the same item. */

/** Returns the order after a case was opened or changed. */
export function withClaims(order: OrderRecord, before: CaseRecord | undefined, after: CaseRecord): OrderRecord {
  const itemById = new Map(after.items.map((item, index) => [item.line_id, { item, former: before?.items[index] }]));
  return {
    ...order,
    line_items: order.line_items.map((line) => {
      const change = itemById.get(line.id);
      if (!change) return line;
      const formerClaims = before && change.former ? computeClaims(before, change.former) : noClaims;
      return { ...line, ...replaceClaims(line, formerClaims, computeClaims(after, change.item)) };
    }),
  };
}

/** Returns the quantity of a line about which a case can be opened: delivered, and in no other case. */
export const computeClaimableQuantity = (line: LineRecord): string =>
  subtractQuantity(line.requires_delivery ? line.delivered_quantity : line.quantity, line.claimed_quantity);

export function requireServiceable({ status }: OrderRecord): void {
  if (status === "DRAFT" || status === "CANCELLED")
    throw conflict(`The order is ${status}; after-sales cases are about confirmed orders`, [
      { field: "order_id", message: status },
    ]);
}

interface ItemInput {
  line_id: string;
  quantity: string;
  reason_id?: string | null | undefined;
}

/** Returns the items of a new case. Throws for a line that the order lacks, and for more than can be claimed. */
export function buildItems({ line_items }: OrderRecord, inputs: readonly ItemInput[]): ItemRecord[] {
  const lineById = new Map(line_items.map((line) => [line.id, line]));
  const details: ErrorDetail[] = [];
  const findLine = createLineMatcher({ lineById, path: "items", missing: "The order has no line with this id", details });
  const items = inputs.flatMap((input, index): ItemRecord[] => {
    const line = findLine(input, index);
    if (!line) return [];
    const { line_id, quantity, reason_id } = input;
    const open = computeClaimableQuantity(line);
    if (Money.compare(quantity, open) > 0) {
      details.push({
        field: `items[${index}].quantity`,
        message: `Must be at most ${open}, which is delivered and in no other case`,
      });
      return [];
    }
    return [
      {
        line_id,
        product_id: line.product_id,
        name: line.name ?? line.description ?? "",
        quantity,
        reason_id: reason_id ?? null,
        received_quantity: null,
        accepted_quantity: null,
        condition: null,
        inspection_notes: null,
      },
    ];
  });
  if (details.length > 0) throw invalidAll(details);
  return items;
}
