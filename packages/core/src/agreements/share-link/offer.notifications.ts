import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { OfferRecord } from "./offer.entity.ts";

/** Notifications for the owner of the record that was sent. */

const buildNotification = (
  isSo: (offer: OfferRecord) => boolean,
  title: (offer: OfferRecord) => string,
  body: (offer: OfferRecord) => string | null = () => null,
) =>
  ({
    recipient: () => null,
    successorId: (offer) => (isSo(offer) ? offer.record_id : null),
    title,
    body: (offer) => body(offer)?.slice(0, 500) ?? null,
  }) satisfies NotificationType<OfferRecord>;

export const viewed = buildNotification(
  ({ view_count }) => view_count > 0,
  ({ name }) => `The customer has opened ${name}`,
);
export const accepted = buildNotification(
  ({ answer }) => answer?.outcome === "ACCEPTED",
  ({ name }) => `Accepted by the customer: ${name}`,
  ({ answer }) => answer?.name ?? null,
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
