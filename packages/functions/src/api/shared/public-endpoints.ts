import { fn } from "@crm/core/kernel/fn.ts";
import { Submissions } from "@crm/core/sales/web-form/submission.ts";
import { Tracking } from "@crm/core/sales/web-form/tracking.ts";
import { Booking } from "@crm/core/scheduling/booking/booking.ts";
import { LinkAvailability } from "@crm/core/scheduling/booking/link-availability.ts";
import { Meetings } from "@crm/core/scheduling/booking/meeting.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, RawResponse } from "../../http/operation.ts";
import { trackingPixel } from "../../pages/tracking-pixel.ts";
import { trackingPages } from "../messaging/tracking-pages.ts";
import { brandPages } from "../platform/brand-pages.ts";
import { formPages } from "../sales/form-pages.ts";
import { bookingPages } from "../scheduling/booking-pages.ts";
import { surveyPages } from "../service/survey-pages.ts";

/**
 * Operations for public web pages and mails. They have their own function, so that a flood of public requests takes no capacity
 * from users. Each answer is the same for all outcomes.
 */
const formOptions = { tag: "Public", access: "public", keyspaces: ["form"], keyed: false } as const;
const submissionOptions = { ...formOptions, status: 202, largestBody: 32 * 1024, takesForms: true } as const;

const loadFormPage = () => import("../../pages/form.ts");

const bookingOptions = { tag: "Public", access: "public", keyed: false } as const;

const ICALENDAR = "text/calendar; charset=utf-8";
const CALENDAR_FILE_HEADERS = {
  "cache-control": "no-store, private",
  "content-disposition": 'attachment; filename="meeting.ics"',
};

const PREFLIGHT_HEADERS = {
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": "content-type",
  "access-control-max-age": "600",
};

/** Leads a browser from the address of the API to the page. */
const leadTo = (path: string, token: unknown): RawResponse =>
  new RawResponse("text/html; charset=utf-8", "", { location: `${path}?token=${encodeURIComponent(String(token))}` }, 303);

const operations = [
  operation({
    name: "showPublicForm",
    method: "GET",
    path: "/public/forms/{key}",
    summary: "Read the definition of a form for a page",
    verb: Submissions.show,
    output: Submissions.FormView,
    page: async (input) => (await loadFormPage()).leadToPage(input),
    ...formOptions,
  }),
  operation({
    name: "submitPublicForm",
    method: "POST",
    path: "/public/forms/{key}",
    summary: "Submit a form",
    description:
      "The form fields by name, as JSON or as a form post. The response does not reveal the result. A browser that sends the form of a page gets the thank-you page.",
    verb: Submissions.submit,
    page: async (input) => (await loadFormPage()).showReceipt(input),
    ...submissionOptions,
  }),
  operation({
    name: "askForPublicForm",
    method: "OPTIONS",
    path: "/public/forms/{key}",
    summary: "CORS preflight for a form",
    verb: fn(Submissions.preflight.schema, async (input) => {
      await Submissions.preflight(input);
      return new RawResponse("text/plain", "", PREFLIGHT_HEADERS);
    }),
    kind: "raw",
    ...formOptions,
  }),
  operation({
    name: "trackEvent",
    method: "POST",
    path: "/public/track/{key}",
    summary: "Record a page view, a download or a click in an email",
    verb: Tracking.track,
    ...submissionOptions,
  }),
  operation({
    name: "askForTracking",
    method: "OPTIONS",
    path: "/public/track/{key}",
    summary: "CORS preflight for an event",
    verb: fn(Tracking.preflight.schema, async (input) => {
      await Tracking.preflight(input);
      return new RawResponse("text/plain", "", PREFLIGHT_HEADERS);
    }),
    kind: "raw",
    ...formOptions,
  }),
  operation({
    name: "trackOpenedMail",
    method: "GET",
    path: "/public/track/{key}/open.gif",
    summary: "Record that an email was opened, by a tracking pixel",
    verb: fn(Tracking.trackMailOpened.schema, async (input) => {
      await Tracking.trackMailOpened(input);
      return trackingPixel();
    }),
    kind: "raw",
    ...formOptions,
  }),
  operation({
    name: "showBookingTimes",
    method: "GET",
    path: "/public/booking/{token}",
    summary: "Read the available times of a booking link",
    verb: LinkAvailability.show,
    output: LinkAvailability.AvailabilityInfo,
    page: async ({ token }) => leadTo("/book", token),
    ...bookingOptions,
  }),
  operation({
    name: "bookTime",
    method: "POST",
    path: "/public/booking/{token}",
    summary: "Book a time",
    description:
      "Returns 409 if the time is no longer available. The visitor gets an email with a link to move or cancel the booking.",
    verb: Booking.book,
    output: Booking.BookingConfirmation,
    page: async (_, booking) => leadTo("/booking", Booking.BookingConfirmation.parse(booking).booking_token),
    largestBody: 32 * 1024,
    ...bookingOptions,
  }),
  operation({
    name: "readBookedTime",
    method: "GET",
    path: "/public/bookings/{token}",
    summary: "Read a booking, as iCalendar",
    verb: fn(
      Meetings.buildFile.schema,
      async (query) => new RawResponse(ICALENDAR, await Meetings.buildFile(query), CALENDAR_FILE_HEADERS),
    ),
    kind: "raw",
    ...bookingOptions,
  }),
  ...bookingPages,
  ...formPages,
  ...surveyPages,
  ...trackingPages,
  ...brandPages,
] as const;

/** Bookings can be about records of any kind, so the function needs all domains. */
const publicFunction = defineApiFunction(operations, {
  uses: ["secrets:links", "secrets:lookups", "domains", "mail", "objects:attachments:get"],
});

export { publicFunction as public };
