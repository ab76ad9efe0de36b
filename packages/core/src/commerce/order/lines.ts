import * as z from "zod";
import type { LineRecord as QuoteLineRecord } from "../../agreements/quote/line.schema.ts";
import {
  draftLine as draftQuoteLine,
  type LinePath,
  lineItemPath,
  priceLines as priceQuoteLines,
} from "../../agreements/quote/lines.ts";
import { matchNamedItems } from "../../agreements/versioned-offer/stored-items.rules.ts";
import { Clock } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { text, toStoredFields } from "../../kernel/schema.ts";
import { type LineRecord, lineFields, type OrderRecord } from "./order.entity.ts";
import { ORDER_LINE } from "./order.kind.ts";

/** Lines of an order. Prices and totals are computed by the rules of quotes. */

export const LineInput = z.strictObject({
  ...lineFields,
  id: text(64).optional().describe("The stored line that it replaces. Without it, a line with the same values stays that line"),
});
export type LineInput = z.output<typeof LineInput>;

/** A line before pricing: its input, and the stored line if there is one. */
export interface LineDraft {
  id: string;
  created_at: string;
  input: Omit<LineInput, "id">;
  previous?: LineRecord;
}

type PricingFrame = Pick<
  OrderRecord,
  "currency" | "price_book_id" | "order_date" | "discount_percent" | "fixed_discount" | "shipping_amount" | "customer_id"
>;

type PricedFields = Pick<OrderRecord, "line_items" | "subtotal" | "discount_amount" | "net_amount" | "tax_amount" | "total">;

export const draftLine = (input: Omit<LineInput, "id">): LineDraft => ({
  id: newId(ORDER_LINE),
  created_at: Clock.now(),
  input,
});

/** Returns a stored line as a draft to be priced again. A price that was typed stays. */
export const redraftLine = (line: LineRecord): LineDraft => ({
  id: line.id,
  created_at: line.created_at,
  input: { ...toStoredFields(lineFields, line), unit_price: line.unit_price_is_manual ? line.unit_price : null },
  previous: line,
});

/** Returns the drafts of a rewritten list. A line stays itself if it is named by its id, or has the values of a stored line. */
export const redraftLines = (inputs: readonly LineInput[], lines: readonly LineRecord[]): LineDraft[] =>
  matchNamedItems(lineFields, inputs, lines, (index, isRepeated) => ({
    field: `line_items[${index}].id`,
    message: isRepeated ? "Another line has the same id" : "The order has no line with this id",
  })).map((match, index) => {
    const { id: _id, ...input } = inputs[index] as LineInput;
    if (!match) return draftLine(input);
    return match.isUnchanged ? redraftLine(match.item) : { ...redraftLine(match.item), input };
  });

/** What quotes have and orders lack. */
const quoteOnly = { optional: false, chosen: false, bundle: null };

interface PricingOptions {
  /** The former frame: base prices that were looked up under it stay valid. If left out, all are looked up again. */
  previous?: PricingFrame | undefined;
  pathAt?: LinePath;
}

const toQuoteFrame = ({ order_date, ...frame }: PricingFrame) => ({ ...frame, quote_date: order_date });

/** Returns the priced lines in order, with the totals. */
export async function priceLines(
  drafts: readonly LineDraft[],
  frame: PricingFrame,
  { previous, pathAt = lineItemPath }: PricingOptions = {},
): Promise<PricedFields> {
  const quoteDrafts = drafts.map(({ id, created_at, input, previous: line }) => ({
    ...draftQuoteLine({ ...input, ...quoteOnly }),
    id,
    created_at,
    previous: line && ({ ...line, ...quoteOnly } as QuoteLineRecord),
  }));
  const { line_items, total_amount, ...totals } = await priceQuoteLines(quoteDrafts, toQuoteFrame(frame), {
    previous: previous && toQuoteFrame(previous),
    pathAt,
  });
  return {
    ...totals,
    total: total_amount,
    line_items: line_items.map((line, index) => toOrderLine(line, drafts[index] as LineDraft)),
  };
}

function toOrderLine({ optional: _o, chosen: _c, bundle: _b, ...line }: QuoteLineRecord, draft: LineDraft): LineRecord {
  const { requires_delivery, properties, is_preorder, preorder_release_at, preorder_notes } = toStoredFields(
    lineFields,
    draft.input,
  );
  return {
    ...line,
    requires_delivery,
    properties,
    is_preorder,
    preorder_release_at,
    preorder_notes,
    fulfilled_quantity: draft.previous?.fulfilled_quantity ?? "0",
    delivered_quantity: draft.previous?.delivered_quantity ?? "0",
    preorder_released_at: is_preorder ? (draft.previous?.preorder_released_at ?? null) : null,
    pre_order_id: is_preorder ? (draft.previous?.pre_order_id ?? null) : null,
    invoiced: draft.previous?.invoiced ?? null,
    claimed_quantity: draft.previous?.claimed_quantity ?? "0",
    returned_quantity: draft.previous?.returned_quantity ?? "0",
    settled_quantity: draft.previous?.settled_quantity ?? "0",
  };
}

/** Returns a line of a quote as a draft. Its prices stay as they were offered. */
export const draftFromQuote = (line: QuoteLineRecord): LineDraft => {
  const { optional: _o, chosen: _c, bundle: _b, ...fields } = line;
  const draft = draftLine({
    ...fields,
    requires_delivery: true,
    properties: {},
    is_preorder: false,
    preorder_release_at: null,
    preorder_notes: null,
  });
  return { ...draft, previous: { ...toOrderLine(line, draft) } };
};
