import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import type { Operation } from "../../http/operation.ts";
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
  answers: z.preprocess((value) => [value ?? []].flat(), z.array(z.string())),
  request_id: z.string().optional(),
  company_address: z
    .string()
    .default("")
    .describe("Honeypot: people cannot see this field, so a request that fills it comes from a bot"),
});

const BookingAction = z.object({ token: z.string().default(""), start: z.string().optional(), act: oneOf(["cancel", "move"]) });

/** Errors are shown in the visitor's language. */
const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../../pages/link-failure.ts")).linkFailurePage(failure, request);

export const bookingPages = [
  pageOperation({
    name: "bookPage",
    method: "GET",
    refusal,
    path: "/book",
    summary: "Page of a booking link, with the available times",
    verb: fn(AddressQuery, async (query) => (await load()).show(query)),
  }),
  pageOperation({
    name: "sendBookPage",
    method: "POST",
    refusal,
    path: "/book",
    summary: "Book a time on the page of a link",
    verb: fn(BookingForm, async (form) => (await load()).book(form)),
  }),
  pageOperation({
    name: "bookingPage",
    method: "GET",
    refusal,
    path: "/booking",
    summary: "Page of a booking, linked from emails to visitors",
    verb: fn(AddressQuery, async (query) => (await load()).showBooking(query)),
  }),
  pageOperation({
    name: "sendBookingPage",
    method: "POST",
    refusal,
    path: "/booking",
    summary: "Cancel or move a booking",
    verb: fn(BookingAction, async (action) => (await load()).submit(action)),
  }),
] as const;
