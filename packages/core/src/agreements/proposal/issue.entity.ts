import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { aboutPerson, reach } from "../../kernel/personal-data.ts";
import { id } from "../../kernel/schema.ts";
import { type BaseRecord, baseShape, Collection } from "../../storage/table/collection.ts";
import { Letter } from "../letterhead/letter.schema.ts";
import { type QuoteRecord, Stored as StoredQuote } from "../quote/quote-access.ts";
import { PROPOSAL, PROPOSAL_ISSUE } from "./proposal.kind.ts";

/**
 * An issue: the snapshot that a submission stores besides the sections. It has the values of merge fields, the letterhead and the quote. It is a
 * record of its own because a quote can be as large as an item may be.
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
  personalData: {
    purpose: "Keep the wording that a customer received.",
    sharedFields: { "quote.updated_at": "none" },
    subject: aboutPerson(reach("proposal_id", PROPOSAL)),
    others: { signer: aboutPerson(reach("quote.contact_id", CONTACT)) },
  },
  row: ["proposal_id", "round"],
  indexes: {},
  visibleWith: "proposal_id",
});

/** Returns the quote without its internal fields. */
export const toPublicQuote = (quote: QuoteRecord): QuoteRecord => ({
  ...quote,
  letter: null,
  notes: null,
  custom_fields: null,
  tags: [],
  approval: null,
  line_items: quote.line_items.map((line) => ({ ...line, list_price: null, price_explanation: null })),
});
