import { today } from "../../kernel/day.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { date } from "../../kernel/schema.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { Records } from "../../storage/write/records.ts";
import { CONTRACT, CONTRACT_AMENDMENT } from "../contract/contract.kind.ts";
import { Contract } from "../contract/contract.ts";
import { PreviewInput, SendPreviews } from "../share-link/send-preview.ts";
import { Sending } from "../share-link/sending.ts";
import { AmendmentIdInput, changeAmendment, read } from "./amendment.ts";
import { buildDocument } from "./document.ts";
import { requireAmendable, requireFresh } from "./drafting.ts";

/** Sends an amendment to the customer by mail, with a private link. */

/** Days to answer, unless the caller sets `answer_by`. */
const DEFAULT_ANSWER_DAYS = 14;

const SendInput = AmendmentIdInput.extend({
  ...Sending.MailInput,
  answer_by: date().nullish().describe(`Last day for the answer by the link; defaults to ${DEFAULT_ANSWER_DAYS} days from today`),
});

/** Sends the amendment while it waits for the customer. Sending again mails the same link. */
export const send = fn(SendInput, ({ id, amendmentId, answer_by, ...letter }) =>
  changeAmendment({ id, amendmentId }, async (current, tx) => {
    const { status, amendment_number, owner_id } = current;
    if (status !== "CUSTOMER_APPROVAL")
      throw conflict(`The amendment is ${status}: only one that waits for the customer can be sent`, [
        { field: "status", message: status },
      ]);
    const last_day = answer_by ?? addDays(today(), DEFAULT_ANSWER_DAYS);
    if (last_day < today()) throw invalid("answer_by", "Must not be in the past");
    const contract = await Contract.read(current.contract_id);
    requireAmendable(contract);
    await requireFresh(contract, current);
    tx.requireUnchanged(contract);
    const { contact_id } = contract;
    const timelineSubject = { record_kind: CONTRACT.name, record_id: contract.id };
    await Sending.add(
      tx,
      {
        kind: CONTRACT_AMENDMENT,
        id: current.id,
        name: amendment_number,
        last_day,
        owner_id,
        contact_id,
        timelineSubject: timelineSubject,
      },
      letter,
    );
    return { ...current, answer_by: last_day };
  }),
);

/** Says to whom the amendment would be sent, and with which text. */
export const previewSending = fn(AmendmentIdInput.extend(PreviewInput), async ({ language, ...reference }) => {
  const amendment = await read(reference);
  const contract = await Contract.read(amendment.contract_id);
  const { contact_id, customer_id } = contract;
  const { id, amendment_number, answer_by } = amendment;
  const last_day = answer_by ?? addDays(today(), DEFAULT_ANSWER_DAYS);
  const readTitle = async (tag: string): Promise<string> => (await buildDocument(amendment, contract, tag)).title;
  const subject = { kind: CONTRACT_AMENDMENT, id, name: amendment_number, readTitle, last_day, contact_id, customer_id };
  return SendPreviews.previewOffer(subject, { language });
});

/** Reads the offer: the sending, the views and the customer's answer on the page. */
export const readOffer = fn(AmendmentIdInput, async (reference) => Sending.read((await read(reference)).id));

/** Revokes all links that were sent for the amendment. */
export const revoke = fn(AmendmentIdInput, async (reference) => {
  const amendment = await read(reference);
  Records.requireVersion(amendment);
  return Sending.revoke(amendment.id);
});

export * as AmendmentSending from "./sending.ts";
