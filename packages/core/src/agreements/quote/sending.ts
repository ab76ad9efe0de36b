import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { Sending } from "../share-link/sending.ts";
import { withStatus } from "./acceptance.ts";
import { withLetter } from "./letter.ts";
import { QUOTE } from "./quote.domain.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";
import { Quote } from "./quote.ts";

/** How a quote gets to its customer: by mail, with a private link (seed 001, POST /quotes/{id}/send). */

const IdInput = z.strictObject({ id: text(64) });

/** Once it is approved; again, while the customer has it and has not answered, with the same link. */
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

/** Of a quote, or of what goes the same way. */
export function requireSendable(what: string, { status, is_primary, expires_at, expiration_date }: Sendable): void {
  if (!sendableStatuses.includes(status))
    throw conflict(`The ${what} is ${status}: one that is APPROVED is sent`, [{ field: "status", message: status }]);
  if (!is_primary) throw conflict("A later version took its place", [{ field: "is_primary", message: "A later version is" }]);
  if (expires_at <= Clock.now())
    throw conflict(`It expired at the end of ${expiration_date}`, [{ field: "expiration_date", message: "Over" }]);
}

/** What was sent, whether it was seen, and what the customer said on the page. */
export const readOffer = fn(IdInput, async ({ id }) => Sending.read((await Quote.read(id)).id));

/** Links that were sent lead nowhere any more; sent again, it has another. */
export const revoke = fn(IdInput, async ({ id }) => {
  const quote = await Quote.read(id);
  Records.requireVersion(quote);
  return Sending.revoke(quote.id);
});

export * as QuoteSending from "./sending.ts";
