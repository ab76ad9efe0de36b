import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { pageOperation } from "../../http/page-operation.ts";

/** The pages on which visitors book a time with a user, and see, move and cancel their booking. */
const load = () => import("../../pages/booking.ts");

/** The query of these pages. An invalid value counts as missing. */
const addressFields = {
  token: z.string().default(""),
  timezone: z.string().optional(),
  from: z.string().optional(),
  duration_minutes: z.string().optional(),
  start: z.string().optional(),
};
const AddressQuery = z.object(addressFields);

const BookingForm = z.object({
  ...addressFields,
  name: z.string().default(""),
  email: z.string().default(""),
  phone: z.string().default(""),
  note: z.string().default(""),
  // A browser sends one answer as a single value, and sends nothing if there is no question.
  answers: z.preprocess((given) => [given ?? []].flat(), z.array(z.string())),
  request_id: z.string().optional(),
  company_address: z.string().default("").describe("A box that people do not see: who fills it is no person"),
});

const BookingAction = z.object({ token: z.string().default(""), start: z.string().optional(), act: oneOf(["cancel", "move"]) });

export const bookingPages = [
  pageOperation({
    name: "bookPage",
    method: "GET",
    path: "/book",
    summary: "Where a booking link leads: the times that can be booked",
    verb: fn(AddressQuery, async (asked) => (await load()).show(asked)),
  }),
  pageOperation({
    name: "sendBookPage",
    method: "POST",
    path: "/book",
    summary: "Book a time on the page of a link",
    verb: fn(BookingForm, async (told) => (await load()).book(told)),
  }),
  pageOperation({
    name: "bookingPage",
    method: "GET",
    path: "/booking",
    summary: "Where mails to visitors lead: what they have booked",
    verb: fn(AddressQuery, async (asked) => (await load()).showBooking(asked)),
  }),
  pageOperation({
    name: "sendBookingPage",
    method: "POST",
    path: "/booking",
    summary: "Cancel or move what was booked",
    verb: fn(BookingAction, async (asked) => (await load()).submit(asked)),
  }),
] as const;
