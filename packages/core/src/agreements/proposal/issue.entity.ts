import * as z from "zod";
import { id } from "../../kernel/schema.ts";
import { type BaseRecord, baseShape, Collection } from "../../storage/table/collection.ts";
import { Letter, type QuoteRecord, Stored as StoredQuote } from "../quote/quote-access.ts";
import { PROPOSAL, PROPOSAL_ISSUE } from "./proposal.domain.ts";

/**
 * What a submission said beside the sections, which stay as they are from then on: what stood in place of merge fields and around it on paper, and the quote as it
 * was. A record of its own, because a quote may be as large as a record can be.
 */

export const Stored = z.object({
  proposal_id: id(PROPOSAL),
  round: z.number().int(),
  values: z.record(z.string(), z.string().nullable()),
  letter: Letter,
  quote: StoredQuote.extend(baseShape).nullable(),
});

export type IssueRecord = z.output<typeof Stored> & BaseRecord;

export const Issues = new Collection<IssueRecord>({
  kind: PROPOSAL_ISSUE,
  schema: Stored,
  row: ["proposal_id", "round"],
  indexes: {},
  visibleWith: "proposal_id",
});

/** A quote as its proposal shows it: what is not for the customer is not in it. */
export const toPublicQuote = (quote: QuoteRecord): QuoteRecord => ({
  ...quote,
  letter: null,
  notes: null,
  custom_fields: null,
  tags: [],
  approval: null,
  line_items: quote.line_items.map((line) => ({ ...line, list_price: null, price_explanation: null })),
});
