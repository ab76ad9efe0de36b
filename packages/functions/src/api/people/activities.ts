import { usePorts } from "@crm/core/kernel/context.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import { ACTIVITY, activityGrants } from "@crm/core/people/activity/activity.kind.ts";
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
import { buildExportOperationWith } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
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
    summary: "List upcoming activities",
    description: "Open activities that begin or are due from now on, earliest first.",
    verb: Agenda.listUpcoming,
    ...agenda,
  }),
  operation({
    name: "listOverdueActivities",
    path: "/activities/overdue",
    summary: "List overdue activities",
    description: "Open activities that were due or should have ended, longest overdue first.",
    verb: Agenda.listOverdue,
    ...agenda,
  }),
  operation({
    name: "getMyDay",
    method: "GET",
    path: "/activities/my-day",
    access: read,
    summary: "Read the caller's day on one page",
    verb: Agenda.readMyDay,
    output: Agenda.Day,
    inBatch: true,
    ...commonOptions,
    links: undefined,
  }),
  operation({
    name: "getCalendar",
    path: "/activities/calendar",
    summary: "Read a calendar",
    description: "The activities of one user or a team from `from` until before `to`.",
    verb: fn(
      Agenda.readCalendar.schema.extend({ format: oneOf(["JSON", "ICS"]).optional().describe("`ics` for iCalendar") }),
      async ({ format, ...query }) => {
        const page = await Agenda.readCalendar(query);
        if (format !== "ICS") return page;
        return new RawResponse(ICALENDAR, buildCalendar(await Agenda.loadVersions(page.rows), "CRM", usePorts().origin));
      },
    ),
    ...agenda,
    output: recordSchema("CalendarEntry", Agenda.CalendarEntry),
    inBatch: true,
  }),
  operation({
    name: "makeCalendarFeed",
    method: "POST",
    path: "/calendars",
    access: read,
    summary: "Create the address of the caller's calendar feed",
    description: "The previous address stops working. The response has the new one, only this once.",
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
    summary: "Revoke the address of the caller's calendar feed",
    verb: CalendarFeed.revoke,
    tag: "Activities",
  }),
  operation({
    name: "readCalendarFeed",
    method: "GET",
    path: "/calendars/{token}",
    access: "public",
    summary: "Read a calendar feed by its address, as iCalendar",
    description: "Activities visible to its user, from three months ago to a year ahead; `{token}.ics` returns the same.",
    verb: fn(
      CalendarFeed.read.schema,
      async (query) => new RawResponse(ICALENDAR, await CalendarFeed.read(query), REVALIDATE_HEADERS),
    ),
    kind: "raw",
    tag: "Activities",
  }),
  operation({
    name: "findSlots",
    path: "/activities/slots",
    summary: "Propose meeting times",
    description:
      "Times of this length that working hours, absences and calendars leave free for all, from now on, earliest first.",
    verb: MeetingSlots.findSlots,
    output: z.array(MeetingSlots.Slot),
    ...queryOptions,
  }),
  operation({
    name: "readFreeBusy",
    path: "/activities/free-busy",
    summary: "Read the working and busy times of users",
    description: "Returns only the times of activities, not their content.",
    verb: MeetingSlots.listFreeBusy,
    output: z.array(MeetingSlots.FreeBusy),
    ...queryOptions,
  }),
  ...buildFollowOperations("Activity", ACTIVITY),
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
    description: "Records when and by whom. Types that require a duration need one, or a start and an end.",
    dialog: {
      title: "Complete activity",
      effect: "The activity counts as done.",
      done: "{record} was completed.",
    },
    verb: Activity.complete,
    ...record,
  }),
  operation({
    name: "cancelActivity",
    method: "PATCH",
    path: "/activities/{id}/cancel",
    summary: "Cancel an activity",
    dialog: {
      title: "Cancel activity",
      effect: "The activity will not take place.",
      done: "{record} was cancelled.",
    },
    verb: RecurringActivities.cancel,
    ...record,
  }),
  operation({
    name: "reopenActivity",
    method: "PATCH",
    path: "/activities/{id}/reopen",
    summary: "Reopen an activity",
    description: "Only the assignee, a manager or an administrator can reopen a completed activity.",
    verb: Activity.reopen,
    ...record,
  }),
  operation({
    name: "addActivityParticipant",
    method: "POST",
    path: "/activities/{id}/participants",
    summary: "Add or change a participant",
    description: "An existing participant keeps the fields that the request leaves out.",
    verb: Activity.addParticipant,
    ...record,
  }),
  operation({
    name: "removeActivityParticipant",
    method: "DELETE",
    path: "/activities/{id}/participants/{participantId}",
    summary: "Remove a participant",
    description: "By the id of the user, contact or person.",
    verb: Activity.removeParticipant,
    ...record,
  }),
  operation({
    name: "replyToInvitation",
    method: "POST",
    path: "/activities/replies",
    access: write,
    summary: "Process a reply to an invitation from a calendar program",
    description: "iCalendar with METHOD:REPLY, as a mail receiver forwards it; text/calendar is also accepted.",
    verb: fn(Reply, async (input) => (await import("@crm/core/scheduling/invitation/answer.ts")).reply(input)),
    output: AnswerResult,
    takesText: { type: "text/calendar", field: "calendar" },
    largestBody: 96 * 1024,
    tag: "Activities",
  }),
  buildExportOperationWith(
    async () => (await import("@crm/core/people/activity/activity.export.ts")).activities,
    "exportActivities",
    "activities",
    "Activities",
    read,
    Activity.Query,
  ),
  ...invitationPages,
  ...bookingLinkOperations,
] as const;

/** Activities can be about records of any kind, so the function needs all domains. */
export const activities = defineApiFunction(operations, {
  uses: ["secrets:links", "secrets:lookups", "domains", "objects:records:get"],
});
