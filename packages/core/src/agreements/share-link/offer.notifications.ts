import { Money } from "../../kernel/money.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { OfferRecord } from "./offer.entity.ts";

/** Notifications for the owner of the record that was sent. */

/** What is known of the record that was sent: quotes have a name and a total, proposals a name, amendments a title. */
interface OfferedRecord extends BaseRecord {
  readonly name?: string;
  readonly title?: string;
  readonly total_amount?: string;
  readonly currency?: string;
}

/** Says what was agreed and by whom: "Cover for a year, EUR 1,200.00", and the name of the signer below. */
function describeAcceptance({ answer }: OfferRecord, offered: OfferedRecord | undefined): string {
  const { name, title, total_amount, currency } = offered ?? {};
  const amount = total_amount && currency ? Money.format(total_amount, currency) : undefined;
  const agreed = [name ?? title, amount].filter(Boolean).join(", ");
  return [agreed, answer?.name].filter(Boolean).join("\n");
}

const buildNotification = (
  isSo: (offer: OfferRecord) => boolean,
  title: (offer: OfferRecord) => string,
  body: (offer: OfferRecord, offered: OfferedRecord | undefined) => string | null = () => null,
) =>
  ({
    recipient: () => null,
    successorId: (offer) => (isSo(offer) ? offer.record_id : null),
    title,
    body: (offer, offered) => body(offer, offered)?.slice(0, 500) || null,
  }) satisfies NotificationType<OfferRecord>;

export const viewed = buildNotification(
  ({ view_count }) => view_count > 0,
  ({ name }) => `The customer has opened ${name}`,
);
export const accepted = buildNotification(
  ({ answer }) => answer?.outcome === "ACCEPTED",
  ({ name }) => `Accepted by the customer: ${name}`,
  describeAcceptance,
);
export const rejected = buildNotification(
  ({ answer }) => answer?.outcome === "REJECTED",
  ({ name }) => `Rejected by the customer: ${name}`,
  ({ answer }) => answer?.reason ?? null,
);
export const customerQuestion = buildNotification(
  ({ questions }) => questions.length > 0,
  ({ name }) => `The customer asks about ${name}`,
  ({ questions }) => questions.at(-1)?.text ?? null,
);
export const expiring = buildNotification(
  ({ reminded_at, answer }) => reminded_at !== null && answer === null,
  ({ name, last_day }) => `Still no answer, valid until ${last_day}: ${name}`,
);
