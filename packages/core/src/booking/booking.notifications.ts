import type { NotificationType } from "../notification/type.ts";
import type { BookingRecord } from "./booking.entity.ts";

/** What hosts are told of bookings: of the activity, which is theirs. */

const told = (isSo: (booking: BookingRecord) => boolean, title: (booking: BookingRecord) => string) =>
  ({
    recipient: () => null,
    became: (booking) => (isSo(booking) ? booking.activity_id : null),
    title,
    body: ({ starts_at }) => `${starts_at.slice(0, 16).replace("T", " ")} UTC`,
  }) satisfies NotificationType<BookingRecord>;

const stands = ({ status }: BookingRecord): boolean => status === "BOOKED";

export const made = told(stands, ({ name }) => `Booked by ${name}`);
export const moved = told(stands, ({ name }) => `Moved by ${name}`);
export const cancelled = told(
  (booking) => !stands(booking),
  ({ name }) => `Cancelled by ${name}`,
);
