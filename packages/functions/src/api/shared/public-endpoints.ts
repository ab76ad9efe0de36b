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
import { bookingPages } from "../scheduling/booking-pages.ts";
import { surveyPages } from "../service/survey-pages.ts";

/**
 * Operations for public web pages and mails. They have their own function, so that a flood of public requests takes no capacity
 * from users. Each answer is the same for all outcomes.
 */
const formOptions = { tag: "Public", access: "public", keyspaces: ["form"], keyed: false } as const;
const submissionOptions = { ...formOptions, status: 202, largestBody: 32 * 1024, takesForms: true } as const;

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

const operations = [
  operation({
    name: "showPublicForm",
    method: "GET",
    path: "/public/forms/{key}",
    summary: "Read what a page needs to show a form",
    verb: Submissions.show,
    output: Submissions.FormView,
    ...formOptions,
  }),
  operation({
    name: "submitPublicForm",
    method: "POST",
    path: "/public/forms/{key}",
    summary: "Send a form",
    description: "The boxes of the page under their names, as JSON or as a page sends them. The answer tells nothing.",
    verb: Submissions.submit,
    ...submissionOptions,
  }),
  operation({
    name: "askForPublicForm",
    method: "OPTIONS",
    path: "/public/forms/{key}",
    summary: "What a browser asks before it sends a form",
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
    summary: "Tell of a page that was seen, a download or a click in a mail",
    verb: Tracking.track,
    ...submissionOptions,
  }),
  operation({
    name: "askForTracking",
    method: "OPTIONS",
    path: "/public/track/{key}",
    summary: "What a browser asks before it tells of an event",
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
    summary: "Tell that a mail was opened, by a picture in it",
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
    summary: "Read when a booking link can be booked",
    verb: LinkAvailability.show,
    output: LinkAvailability.AvailabilityInfo,
    ...bookingOptions,
  }),
  operation({
    name: "bookTime",
    method: "POST",
    path: "/public/booking/{token}",
    summary: "Book a time",
    description: "A time that is taken meanwhile is a 409. The visitor is told by mail, with a link to move or cancel it.",
    verb: Booking.book,
    output: Booking.BookingConfirmation,
    largestBody: 32 * 1024,
    ...bookingOptions,
  }),
  operation({
    name: "readBookedTime",
    method: "GET",
    path: "/public/bookings/{token}",
    summary: "Read what was booked, as iCalendar",
    verb: fn(
      Meetings.buildFile.schema,
      async (asked) => new RawResponse(ICALENDAR, await Meetings.buildFile(asked), CALENDAR_FILE_HEADERS),
    ),
    kind: "raw",
    ...bookingOptions,
  }),
  ...bookingPages,
  ...surveyPages,
  ...trackingPages,
] as const;

/** Bookings can be about records of any kind, so the function needs all domains. */
const publicFunction = defineApiFunction(operations, { uses: ["domains"] });

export { publicFunction as public };
