import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { withLetter } from "../letterhead/letter.ts";
import { Sending } from "../share-link/sending.ts";
import { withStatus } from "./acceptance.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";
import { QUOTE } from "./quote.kind.ts";
import { Quote } from "./quote.ts";

/** Sends a quote to its customer by mail, with a private link. */

const IdInput = z.strictObject({ id: text(64) });

/** Sends an approved quote. While the customer has not answered, sending again mails the same link. */
export const send = fn(IdInput.extend(Sending.MailInput), ({ id, ...letter }) =>
  Records.change(Quotes, id, async (current, tx) => {
    requireSendable("quote", current);
    const { quote_number: name, expiration_date: last_day, owner_id, contact_id } = current;
    await Sending.add(tx, { kind: QUOTE, id, name, last_day, owner_id, contact_id }, letter);
    const now = Clock.now();
    const next = { ...current, sent_at: now, last_activity_date: now };
    return current.status === "APPROVED" ? withStatus(await withLetter(next), "SENT") : next;
  }),
);

type Sendable = Pick<QuoteRecord, "status" | "is_primary" | "expires_at" | "expiration_date">;

const sendableStatuses: readonly QuoteRecord["status"][] = ["APPROVED", "SENT", "VIEWED"];

/** Throws unless the quote or proposal can be sent. */
export function requireSendable(what: string, { status, is_primary, expires_at, expiration_date }: Sendable): void {
  if (!sendableStatuses.includes(status))
    throw conflict(`The ${what} is ${status}: one that is APPROVED is sent`, [{ field: "status", message: status }]);
  if (!is_primary) throw conflict("A later version took its place", [{ field: "is_primary", message: "A later version is" }]);
  if (expires_at <= Clock.now())
    throw conflict(`It expired at the end of ${expiration_date}`, [{ field: "expiration_date", message: "Over" }]);
}

/** Reads the offer: the sending, the views and the customer's answer on the page. */
export const readOffer = fn(IdInput, async ({ id }) => Sending.read((await Quote.read(id)).id));

/** Revokes all links that were sent for the quote. The next sending creates another link. */
export const revoke = fn(IdInput, async ({ id }) => {
  const quote = await Quote.read(id);
  Records.requireVersion(quote);
  return Sending.revoke(quote.id);
});

export * as QuoteSending from "./sending.ts";
