import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { withStatus } from "../quote/acceptance.ts";
import { requireSendable } from "../quote/sending.ts";
import { Sending } from "../share-link/sending.ts";
import { handOverQuote } from "./acceptance.ts";
import { Proposals } from "./proposal.entity.ts";
import { PROPOSAL } from "./proposal.kind.ts";
import { Proposal } from "./proposal.ts";

/** Sends a proposal to its customer by mail, with a private link. Its quote is sent with it. */

const IdInput = z.strictObject({ id: text(64) });

/** Sends an approved proposal. While the customer has not answered, sending again mails the same link. */
export const send = fn(IdInput.extend(Sending.MailInput), ({ id, ...letter }) =>
  Records.change(Proposals, id, async (current, tx) => {
    requireSendable("proposal", current);
    if (current.status === "APPROVED") await handOverQuote(tx, current);
    const { proposal_number: name, expiration_date: last_day, owner_id, contact_id } = current;
    await Sending.add(tx, { kind: PROPOSAL, id, name, last_day, owner_id, contact_id }, letter);
    const now = Clock.now();
    const next = { ...current, sent_at: now, last_activity_date: now };
    return current.status === "APPROVED" ? withStatus(next, "SENT") : next;
  }),
);

/** Reads the offer: the sending, the views and the customer's answer on the page. */
export const readOffer = fn(IdInput, async ({ id }) => Sending.read((await Proposal.read(id)).id));

/** Revokes all links that were sent for the proposal. */
export const revoke = fn(IdInput, async ({ id }) => Sending.revoke((await Proposal.read(id)).id));

export * as ProposalSending from "./sending.ts";
