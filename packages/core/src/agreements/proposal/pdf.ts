import { fn } from "../../kernel/fn.ts";
import { FileInput, renderCached } from "../letterhead/pdf.ts";
import { outlineProposal } from "./document.ts";
import { Proposal } from "./proposal.ts";

/** Renders the PDF for a reader of the proposal. The same content gives the same bytes. */
export const render = fn(FileInput, async ({ id, language }) =>
  renderCached(await outlineProposal(await Proposal.read(id), language)),
);

export * as ProposalPdf from "./pdf.ts";
