import * as z from "zod";

/** Pure rules: the id that the opportunity, quote, deal, contract and orders of one sale share. */

export const saleId = () => z.string().describe("Shared by the opportunity, quote, deal, contract and orders of one sale");

interface SaleRecord {
  id: string;
  opportunity_id: string | null;
  quote_id: string | null;
  /** null: the quote is older than this field, or there is none. */
  quote_series_id: string | null;
}

/** Returns the sale of a record that may have come of a quote: the opportunity, or else the first version of the quote, or else the record. */
export const buildSaleId = ({ id, opportunity_id, quote_id, quote_series_id }: SaleRecord): string =>
  opportunity_id ?? quote_series_id ?? quote_id ?? id;

/** Returns a changed record with the sale of its present opportunity. */
export const withSaleId = <R extends SaleRecord & { sale_id: string | null }>(next: R, before: SaleRecord): R =>
  next.opportunity_id === before.opportunity_id ? next : { ...next, sale_id: buildSaleId(next) };
