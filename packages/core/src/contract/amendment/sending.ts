import { today } from "../../kernel/day.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { date } from "../../kernel/schema.ts";
import { dayAfter } from "../../kernel/zone.ts";
import { Sending } from "../../offer/sending.ts";
import { Records } from "../../storage/write/records.ts";
import { CONTRACT, CONTRACT_AMENDMENT } from "../contract.domain.ts";
import { Contract } from "../contract.ts";
import { change, One, read } from "./amendment.ts";
import { requireAmendable, requireFresh } from "./draw.ts";

/** How an amendment gets to the customer, who is asked for it: by mail, with a private link, as quotes do. */

/** So many days they have for their answer unless told otherwise. */
const DAYS = 14;

const Send = One.extend({
  ...Sending.Letter,
  answer_by: date()
    .nullish()
    .describe(`The last day on which they answer by the link: ${DAYS} days from today unless told otherwise`),
});

/** Once the customer is asked; again, until they have answered, with the same link. */
export const send = fn(Send, ({ id, amendmentId, answer_by, ...letter }) =>
  change({ id, amendmentId }, async (current, tx) => {
    const { status, amendment_number: name, owner_id } = current;
    if (status !== "CUSTOMER_APPROVAL")
      throw conflict(`The amendment is ${status}: one that waits for the customer is sent`, [
        { field: "status", message: status },
      ]);
    const last_day = answer_by ?? dayAfter(today(), DAYS);
    if (last_day < today()) throw invalid("answer_by", "In the past");
    const contract = await Contract.read(current.contract_id);
    requireAmendable(contract);
    await requireFresh(contract, current);
    tx.unchanged(contract);
    const { contact_id } = contract;
    const about = { record_kind: CONTRACT.name, record_id: contract.id };
    await Sending.add(tx, { kind: CONTRACT_AMENDMENT, id: current.id, name, last_day, owner_id, contact_id, about }, letter);
    return { ...current, answer_by: last_day };
  }),
);

/** What was sent, whether it was seen, and what the customer said on the page. */
export const sent = fn(One, async (one) => Sending.of((await read(one)).id));

/** No link that was sent leads to it any more. */
export const revoke = fn(One, async (one) => {
  const amendment = await read(one);
  Records.requireVersion(amendment);
  return Sending.revoke(amendment.id);
});

export * as AmendmentSending from "./sending.ts";
