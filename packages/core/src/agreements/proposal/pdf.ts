import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { language } from "../../kernel/language.ts";
import { text } from "../../kernel/schema.ts";
import { QuotePdf } from "../quote/pdf.ts";
import { outlineProposal } from "./document.ts";
import { Proposal } from "./proposal.ts";

/** The PDF of a proposal. It is rendered once for the same content, and cached. */

const FileInput = z.strictObject({
  id: text(64),
  language: language().optional().describe("That of the letterhead unless told otherwise"),
});

/** Renders the PDF for a reader of the proposal. The same content gives the same bytes. */
export const render = fn(FileInput, async ({ id, language: wanted }) =>
  QuotePdf.renderCached(id, await outlineProposal(await Proposal.read(id), wanted)),
);

export * as ProposalPdf from "./pdf.ts";
