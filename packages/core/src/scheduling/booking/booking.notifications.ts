import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { BookingRecord } from "./booking.entity.ts";

/** Notifications of hosts about bookings. They link to the activity. */

const buildNotification = (isSo: (booking: BookingRecord) => boolean, title: (booking: BookingRecord) => string) =>
  ({
    recipient: () => null,
    successorId: (booking) => (isSo(booking) ? booking.activity_id : null),
    title,
    body: ({ starts_at }) => `${starts_at.slice(0, 16).replace("T", " ")} UTC`,
  }) satisfies NotificationType<BookingRecord>;

const isBooked = ({ status }: BookingRecord): boolean => status === "BOOKED";

export const bookedNotification = buildNotification(isBooked, ({ name }) => `Booked by ${name}`);
export const movedNotification = buildNotification(isBooked, ({ name }) => `Moved by ${name}`);
export const cancelledNotification = buildNotification(
  (booking) => !isBooked(booking),
  ({ name }) => `Cancelled by ${name}`,
);
