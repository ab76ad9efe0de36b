import { Booking } from "@crm/core/booking/booking.ts";
import { Meetings } from "@crm/core/booking/meeting.ts";
import { Offer } from "@crm/core/booking/shown.ts";
import { Submissions } from "@crm/core/intake/submit.ts";
import { Tracking } from "@crm/core/intake/track.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { serves } from "../http/function.ts";
import { operation, Raw } from "../http/operation.ts";
import { point } from "../pages/point.ts";
import { bookingPages } from "./booking-pages.ts";
import { surveyPages } from "./survey-pages.ts";
import { trackingPages } from "./tracking-pages.ts";

/**
 * What pages and mails of the public reach. A function of its own: what floods it takes no room from those who work.
 * Every answer says the same, whatever became of what was sent.
 */
const open = { tag: "Public", access: "public", keyspaces: ["form"], keyed: false } as const;
const sent = { ...open, status: 202, largestBody: 32 * 1024, takesForms: true } as const;

const booking = { tag: "Public", access: "public", keyed: false } as const;

const ICALENDAR = "text/calendar; charset=utf-8";
const AS_FILE = { "cache-control": "no-store, private", "content-disposition": 'attachment; filename="meeting.ics"' };

const PREFLIGHT = {
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
    output: Submissions.Shown,
    ...open,
  }),
  operation({
    name: "submitPublicForm",
    method: "POST",
    path: "/public/forms/{key}",
    summary: "Send a form",
    description: "The boxes of the page under their names, as JSON or as a page sends them. The answer tells nothing.",
    verb: Submissions.submit,
    ...sent,
  }),
  operation({
    name: "askForPublicForm",
    method: "OPTIONS",
    path: "/public/forms/{key}",
    summary: "What a browser asks before it sends a form",
    verb: fn(Submissions.preflight.schema, async (input) => {
      await Submissions.preflight(input);
      return new Raw("text/plain", "", PREFLIGHT);
    }),
    kind: "raw",
    ...open,
  }),
  operation({
    name: "trackEvent",
    method: "POST",
    path: "/public/track/{key}",
    summary: "Tell of a page that was seen, a download or a click in a mail",
    verb: Tracking.track,
    ...sent,
  }),
  operation({
    name: "askForTracking",
    method: "OPTIONS",
    path: "/public/track/{key}",
    summary: "What a browser asks before it tells of an event",
    verb: fn(Tracking.preflight.schema, async (input) => {
      await Tracking.preflight(input);
      return new Raw("text/plain", "", PREFLIGHT);
    }),
    kind: "raw",
    ...open,
  }),
  operation({
    name: "trackOpenedMail",
    method: "GET",
    path: "/public/track/{key}/open.gif",
    summary: "Tell that a mail was opened, by a picture in it",
    verb: fn(Tracking.opened.schema, async (input) => {
      await Tracking.opened(input);
      return point();
    }),
    kind: "raw",
    ...open,
  }),
  operation({
    name: "showBookingTimes",
    method: "GET",
    path: "/public/booking/{token}",
    summary: "Read when a booking link can be booked",
    verb: Offer.show,
    output: Offer.Shown,
    ...booking,
  }),
  operation({
    name: "bookTime",
    method: "POST",
    path: "/public/booking/{token}",
    summary: "Book a time",
    description: "A time that is taken meanwhile is a 409. The visitor is told by mail, with a link to move or cancel it.",
    verb: Booking.book,
    output: Booking.Booked,
    largestBody: 32 * 1024,
    ...booking,
  }),
  operation({
    name: "readBookedTime",
    method: "GET",
    path: "/public/bookings/{token}",
    summary: "Read what was booked, as iCalendar",
    verb: fn(Meetings.file.schema, async (asked) => new Raw(ICALENDAR, await Meetings.file(asked), AS_FILE)),
    kind: "raw",
    ...booking,
  }),
  ...bookingPages,
  ...surveyPages,
  ...trackingPages,
] as const;

/** What is booked is about records of any kind. */
const served = serves(operations, { uses: ["domains"] });

export { served as public };
