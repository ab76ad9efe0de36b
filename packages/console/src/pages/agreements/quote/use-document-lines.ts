import { useMemo } from "react";
import type { FormState } from "../../../input/form/form-state.ts";
import { type ApprovalNotice, findApprovalNotice } from "./approval-rules.ts";
import { type PriceFrame, useApprovalLevels, useListPrices, useProductCosts } from "./line-data.ts";
import {
  type Charges,
  computeDocument,
  computeMargin,
  type DocumentTotals,
  type EditedLine,
  type LineDocument,
  type ListPrice,
  type Margin,
  type PricedLine,
  readUnitPrice,
  type StoredLine,
} from "./line-rules.ts";

export interface DocumentLines {
  readonly document: LineDocument;
  readonly lines: readonly PricedLine[];
  readonly prices: ReadonlyMap<string, ListPrice>;
  /** The catalog price of each line by its key, against which discounts are measured. */
  readonly listPrices: ReadonlyMap<string, string | null>;
  readonly totals: DocumentTotals;
  readonly margin: Margin | undefined;
  readonly notice: ApprovalNotice | undefined;
  readonly priceError: Error | null;
}

const toText = (value: unknown): string | null => (value === null || value === undefined || value === "" ? null : String(value));

/** The lines of a form with their prices, amounts and totals, and what the approvers would be asked. */
export function useDocumentLines(
  form: FormState,
  stored: readonly StoredLine[],
  tenantCurrency: string,
  document: LineDocument,
): DocumentLines {
  const { values } = form;
  const edited = values.line_items as readonly EditedLine[];
  const currency = toText(values.currency) ?? tenantCurrency;
  const frame: PriceFrame = {
    customer_id: toText(values.customer_id),
    currency,
    quote_date: toText(document === "order" ? values.order_date : values.quote_date),
    price_book_id: toText(values.price_book_id),
  };
  const byId = useMemo(() => new Map(stored.map((line) => [line.id, line])), [stored]);
  // A line that did not change keeps its price, so it asks for none.
  const open = edited.filter((line) => readUnitPrice(line, byId.get(line.key), undefined) === undefined || !byId.has(line.key));
  const { prices, error } = useListPrices(open, frame);
  const costs = useProductCosts(edited);
  const levels = useApprovalLevels(document === "quote");
  const charges: Charges = {
    discount_percent: toText(values.discount_percent),
    fixed_discount: toText(values.fixed_discount),
    shipping_amount: toText(values.shipping_amount),
  };
  const lines = edited.map(
    (line): PricedLine => ({
      ...line,
      price: readUnitPrice(line, byId.get(line.key), prices.get(line.key) ?? (error ? noPrice : undefined)),
    }),
  );
  const totals = computeDocument(lines, charges, currency);
  const listPrices = new Map(
    lines.map((line) => [line.key, prices.get(line.key)?.list_price ?? byId.get(line.key)?.list_price ?? null]),
  );
  return {
    document,
    lines,
    prices,
    listPrices,
    totals,
    margin: computeMargin(lines, totals, costs, currency),
    notice: findApprovalNotice(levels, lines, listPrices, charges, currency),
    priceError: error,
  };
}

const noPrice: ListPrice = { list_price: null, rules: [] };
