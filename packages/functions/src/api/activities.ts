import { activityGrants } from "@crm/core/activity/activity.domain.ts";
import { Activity } from "@crm/core/activity/activity.ts";
import { Agenda } from "@crm/core/activity/agenda.ts";
import { calendarOf } from "@crm/core/activity/calendar.rules.ts";
import { Feed } from "@crm/core/activity/feed.ts";
import { Recurring } from "@crm/core/activity/recurring.ts";
import { Slots } from "@crm/core/activity/slots.ts";
import { Activities } from "@crm/core/activity/visible.ts";
import { Answered, Reply } from "@crm/core/invitation/answer.schema.ts";
import { usePorts } from "@crm/core/kernel/context.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import { operation, Raw, recordOf } from "../http/operation.ts";
import { bookingLinks } from "./booking-links.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { invitationPages } from "./invitation-pages.ts";
import { activityLinks } from "./links.ts";

const { read, write } = activityGrants;
const shown = { tag: "Activities", links: activityLinks } as const;
const row = recordOf("ActivityRow", Activity.Row);
const record = { ...shown, access: write, output: recordOf("Activity", Activity.Info), kind: "record" } as const;
const agenda = { ...shown, method: "GET", access: read, output: row, kind: "list" } as const;
const asking = { tag: "Activities", method: "POST", access: read, onlyReads: true, keyed: false } as const;

const ICALENDAR = "text/calendar; charset=utf-8";
/** Whoever reads it asks whether it is the same still. */
const UNKEPT = { "cache-control": "private, no-cache" };

const operations = [
  operation({
    name: "listUpcomingActivities",
    path: "/activities/upcoming",
    summary: "List what is to be done next",
    description: "What is open and begins or is due from now on, first what comes first.",
    verb: Agenda.upcoming,
    ...agenda,
  }),
  operation({
    name: "listOverdueActivities",
    path: "/activities/overdue",
    summary: "List what should have been done",
    description: "What is open and was due, or should be over, first what is late for longest.",
    verb: Agenda.overdue,
    ...agenda,
  }),
  operation({
    name: "getMyDay",
    method: "GET",
    path: "/activities/my-day",
    access: read,
    summary: "Read a day of one's own on one page",
    verb: Agenda.myDay,
    output: Agenda.Day,
    ...shown,
    links: undefined,
  }),
  operation({
    name: "getCalendar",
    path: "/activities/calendar",
    summary: "Read a calendar",
    description: "What one user, or a team, has to do with from `from` on, up to and without `to`.",
    verb: fn(
      Agenda.calendar.schema.extend({ format: oneOf(["JSON", "ICS"]).optional().describe("`ics` for iCalendar") }),
      async ({ format, ...asked }) => {
        const page = await Agenda.calendar(asked);
        return format === "ICS" ? new Raw(ICALENDAR, calendarOf(page.rows, "CRM", usePorts().origin)) : page;
      },
    ),
    ...agenda,
    output: recordOf("CalendarEntry", Agenda.Entry),
  }),
  operation({
    name: "makeCalendarFeed",
    method: "POST",
    path: "/calendars",
    access: read,
    summary: "Make an address by which calendar programs read one's calendar",
    description: "The one before is good no more. The answer has it, this once.",
    verb: Feed.make,
    output: Feed.Made,
    status: 201,
    keyed: false,
    ...shown,
    links: undefined,
  }),
  operation({
    name: "revokeCalendarFeed",
    method: "DELETE",
    path: "/calendars",
    access: read,
    summary: "End the address of one's calendar",
    verb: Feed.revoke,
    tag: "Activities",
  }),
  operation({
    name: "readCalendarFeed",
    method: "GET",
    path: "/calendars/{token}",
    access: "public",
    summary: "Read a calendar by its address, as iCalendar",
    description: "What its user sees of three months back and a year ahead; `{token}.ics` is the same.",
    verb: fn(Feed.read.schema, async (asked) => new Raw(ICALENDAR, await Feed.read(asked), UNKEPT)),
    kind: "raw",
    tag: "Activities",
  }),
  operation({
    name: "findSlots",
    path: "/activities/slots",
    summary: "Propose times at which people can meet",
    description: "Working hours, absences and calendars leave them free for so long; from now on, and first what comes first.",
    verb: Slots.slots,
    output: z.array(Slots.Slot),
    ...asking,
  }),
  operation({
    name: "readFreeBusy",
    path: "/activities/free-busy",
    summary: "Read when users work, and are busy",
    description: "Of what they have to do it tells when, and nothing else.",
    verb: Slots.freeBusy,
    output: z.array(Slots.Free),
    ...asking,
  }),
  ...crud({
    noun: "Activity",
    plural: "Activities",
    tag: "Activities",
    path: "/activities",
    read,
    write,
    remove: write,
    domain: { ...Activity, ...Recurring, create: Activities.create, list: Activities.list },
    output: record.output,
    row,
    links: activityLinks,
  }),
  operation({
    name: "completeActivity",
    method: "PATCH",
    path: "/activities/{id}/complete",
    summary: "Complete an activity",
    description: "Says when, and by whom. A type that requires a duration has one, or a beginning and an end.",
    verb: Activity.complete,
    ...record,
  }),
  operation({
    name: "cancelActivity",
    method: "PATCH",
    path: "/activities/{id}/cancel",
    summary: "Cancel an activity",
    verb: Recurring.cancel,
    ...record,
  }),
  operation({
    name: "reopenActivity",
    method: "PATCH",
    path: "/activities/{id}/reopen",
    summary: "Open an activity again",
    description: "What is completed is opened again by whom it is assigned to, a manager or an administrator.",
    verb: Activity.reopen,
    ...record,
  }),
  operation({
    name: "addActivityParticipant",
    method: "POST",
    path: "/activities/{id}/participants",
    summary: "Add somebody who takes part",
    description: "Who takes part already is told to otherwise.",
    verb: Activity.addParticipant,
    ...record,
  }),
  operation({
    name: "removeActivityParticipant",
    method: "DELETE",
    path: "/activities/{id}/participants/{participantId}",
    summary: "Remove somebody who takes part",
    description: "By the id of the user, contact or person.",
    verb: Activity.removeParticipant,
    ...record,
  }),
  operation({
    name: "replyToInvitation",
    method: "POST",
    path: "/activities/replies",
    access: write,
    summary: "Take an answer to an invitation, as calendar programs send it",
    description: "METHOD:REPLY of iCalendar, from whatever receives mail; as text/calendar too.",
    verb: fn(Reply, async (given) => (await import("@crm/core/invitation/answer.ts")).reply(given)),
    output: Answered,
    takesText: { type: "text/calendar", field: "calendar" },
    largestBody: 96 * 1024,
    tag: "Activities",
  }),
  exporting(
    "exportActivities",
    "activities",
    "Activities",
    read,
    Activity.Query,
    async () => (await import("@crm/core/activity/activity.export.ts")).activities,
  ),
  ...invitationPages,
  ...bookingLinks,
] as const;

/** What activities are about is of any kind. */
export const activities = serves(operations, { uses: ["domains"] });
