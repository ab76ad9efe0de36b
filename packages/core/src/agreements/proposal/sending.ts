import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import { Sending } from "../share-link/sending.ts";
import { createSendingVerbs } from "../versioned-offer/sending.ts";
import { handOverQuote } from "./acceptance.ts";
import { Proposals } from "./proposal.entity.ts";
import { Proposal } from "./proposal.ts";

/** A proposal is sent together with its quote. */
export const { send, previewSending, readOffer } = createSendingVerbs(Proposals, {
  readNumber: ({ proposal_number }) => proposal_number,
  async prepare(proposal, tx) {
    await handOverQuote(tx, proposal);
    return proposal;
  },
});

/** Revokes all links that were sent for the proposal. */
export const revoke = fn(IdInput, async ({ id }) => Sending.revoke((await Proposal.read(id)).id));

export * as ProposalSending from "./sending.ts";
