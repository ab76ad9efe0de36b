import { usePorts } from "@crm/core/kernel/context.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import { activityGrants } from "@crm/core/people/activity/activity.kind.ts";
import { Activity } from "@crm/core/people/activity/activity.ts";
import { Agenda } from "@crm/core/people/activity/agenda.ts";
import { CalendarFeed } from "@crm/core/people/activity/calendar-feed.ts";
import { buildCalendar } from "@crm/core/people/activity/icalendar.rules.ts";
import { MeetingSlots } from "@crm/core/people/activity/meeting-slots.ts";
import { RecurringActivities } from "@crm/core/people/activity/recurring-activity.ts";
import { SubjectActivities } from "@crm/core/people/activity/subject-activities.ts";
import { AnswerResult, Reply } from "@crm/core/scheduling/invitation/answer.schema.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, RawResponse, recordSchema } from "../../http/operation.ts";
import { bookingLinkOperations } from "../scheduling/booking-links.ts";
import { invitationPages } from "../scheduling/invitation-pages.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { activityLinks } from "./links.ts";

const { read, write } = activityGrants;
const commonOptions = { tag: "Activities", links: activityLinks } as const;
const row = recordSchema("ActivityRow", Activity.Row);
const record = { ...commonOptions, access: write, output: recordSchema("Activity", Activity.Info), kind: "record" } as const;
const agenda = { ...commonOptions, method: "GET", access: read, output: row, kind: "list" } as const;
const queryOptions = { tag: "Activities", method: "POST", access: read, onlyReads: true, keyed: false } as const;

const ICALENDAR = "text/calendar; charset=utf-8";
/** The client asks before each use whether its copy is still current. */
const REVALIDATE_HEADERS = { "cache-control": "private, no-cache" };

const operations = [
  operation({
    name: "listUpcomingActivities",
    path: "/activities/upcoming",
    summary: "List what is to be done next",
    description: "What is open and begins or is due from now on, first what comes first.",
    verb: Agenda.listUpcoming,
    ...agenda,
  }),
  operation({
    name: "listOverdueActivities",
    path: "/activities/overdue",
    summary: "List what should have been done",
    description: "What is open and was due, or should be over, first what is late for longest.",
    verb: Agenda.listOverdue,
    ...agenda,
  }),
  operation({
    name: "getMyDay",
    method: "GET",
    path: "/activities/my-day",
    access: read,
    summary: "Read a day of one's own on one page",
    verb: Agenda.readMyDay,
    output: Agenda.Day,
    ...commonOptions,
    links: undefined,
  }),
  operation({
    name: "getCalendar",
    path: "/activities/calendar",
    summary: "Read a calendar",
    description: "What one user, or a team, has to do with from `from` on, up to and without `to`.",
    verb: fn(
      Agenda.readCalendar.schema.extend({ format: oneOf(["JSON", "ICS"]).optional().describe("`ics` for iCalendar") }),
      async ({ format, ...asked }) => {
        const page = await Agenda.readCalendar(asked);
        return format === "ICS" ? new RawResponse(ICALENDAR, buildCalendar(page.rows, "CRM", usePorts().origin)) : page;
      },
    ),
    ...agenda,
    output: recordSchema("CalendarEntry", Agenda.CalendarEntry),
  }),
  operation({
    name: "makeCalendarFeed",
    method: "POST",
    path: "/calendars",
    access: read,
    summary: "Make an address by which calendar programs read one's calendar",
    description: "The one before is good no more. The answer has it, this once.",
    verb: CalendarFeed.create,
    output: CalendarFeed.CreatedFeed,
    status: 201,
    keyed: false,
    ...commonOptions,
    links: undefined,
  }),
  operation({
    name: "revokeCalendarFeed",
    method: "DELETE",
    path: "/calendars",
    access: read,
    summary: "End the address of one's calendar",
    verb: CalendarFeed.revoke,
    tag: "Activities",
  }),
  operation({
    name: "readCalendarFeed",
    method: "GET",
    path: "/calendars/{token}",
    access: "public",
    summary: "Read a calendar by its address, as iCalendar",
    description: "What its user sees of three months back and a year ahead; `{token}.ics` is the same.",
    verb: fn(
      CalendarFeed.read.schema,
      async (asked) => new RawResponse(ICALENDAR, await CalendarFeed.read(asked), REVALIDATE_HEADERS),
    ),
    kind: "raw",
    tag: "Activities",
  }),
  operation({
    name: "findSlots",
    path: "/activities/slots",
    summary: "Propose times at which people can meet",
    description: "Working hours, absences and calendars leave them free for so long; from now on, and first what comes first.",
    verb: MeetingSlots.findSlots,
    output: z.array(MeetingSlots.Slot),
    ...queryOptions,
  }),
  operation({
    name: "readFreeBusy",
    path: "/activities/free-busy",
    summary: "Read when users work, and are busy",
    description: "Of what they have to do it tells when, and nothing else.",
    verb: MeetingSlots.listFreeBusy,
    output: z.array(MeetingSlots.FreeBusy),
    ...queryOptions,
  }),
  ...crud({
    noun: "Activity",
    plural: "Activities",
    tag: "Activities",
    path: "/activities",
    read,
    write,
    remove: write,
    domain: { ...Activity, ...RecurringActivities, create: SubjectActivities.create, list: SubjectActivities.list },
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
    verb: RecurringActivities.cancel,
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
    verb: fn(Reply, async (given) => (await import("@crm/core/scheduling/invitation/answer.ts")).reply(given)),
    output: AnswerResult,
    takesText: { type: "text/calendar", field: "calendar" },
    largestBody: 96 * 1024,
    tag: "Activities",
  }),
  buildExportOperation(
    "exportActivities",
    "activities",
    "Activities",
    read,
    Activity.Query,
    async () => (await import("@crm/core/people/activity/activity.export.ts")).activities,
  ),
  ...invitationPages,
  ...bookingLinkOperations,
] as const;

/** Activities can be about records of any kind, so the function needs all domains. */
export const activities = defineApiFunction(operations, { uses: ["domains"] });
