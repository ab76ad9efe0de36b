import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import type { Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import { PreviewInput, SendPreviews } from "../share-link/send-preview.ts";
import { Sending } from "../share-link/sending.ts";
import type { OfferRecord } from "./offer-fields.ts";
import { expiredRejection, withStatus } from "./offer-state.ts";

/** Sends a quote or a proposal to its customer by mail, with a private link. */

interface SendingConfig<R> {
  /** Returns the number, for mails and notifications. */
  readNumber(record: R): string;
  /** Prepares an approved record that is sent for the first time. */
  prepare(record: R, tx: Transaction): Promise<R>;
}

export const createSendingVerbs = <R extends OfferRecord & { customer_id: string | null }>(
  collection: Collection<R>,
  { readNumber, prepare }: SendingConfig<R>,
) => ({
  /** Sends an approved record. While the customer has not answered, sending again mails the same link. */
  send: fn(IdInput.extend(Sending.MailInput), ({ id, ...letter }) =>
    Records.change(collection, id, async (current, tx) => {
      requireSendable(collection.name, current);
      const sent = current.status === "APPROVED" ? withStatus(await prepare(current, tx), "SENT") : current;
      const { expiration_date, owner_id, contact_id } = current;
      await Sending.add(
        tx,
        { kind: collection.kind, id, name: readNumber(current), last_day: expiration_date, owner_id, contact_id },
        letter,
      );
      const now = Clock.now();
      return { ...sent, sent_at: now, last_activity_date: now };
    }),
  ),
  /** Says to whom the record would be sent, and with which text. */
  previewSending: fn(IdInput.extend(PreviewInput), async ({ id, ...input }) => {
    const record = await Records.read(collection, id);
    const { expiration_date, contact_id, customer_id } = record;
    const subject = { kind: collection.kind, id, name: readNumber(record), last_day: expiration_date, contact_id, customer_id };
    return SendPreviews.previewOffer(subject, input);
  }),
  /** Reads the offer: the sending, the views and the customer's answer on the page. */
  readOffer: fn(IdInput, async ({ id }) => Sending.read((await Records.read(collection, id)).id)),
});

const sendableStatuses: readonly OfferRecord["status"][] = ["APPROVED", "SENT", "VIEWED"];

function requireSendable(noun: string, record: OfferRecord): void {
  const { status, expires_at } = record;
  if (!sendableStatuses.includes(status))
    throw conflict(`The ${noun} is ${status}; only an APPROVED one can be sent`, [{ field: "status", message: status }]);
  VersionSeries.requirePrimary(record);
  if (expires_at <= Clock.now()) throw expiredRejection(record);
}
