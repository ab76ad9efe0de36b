import * as z from "zod";
import { hasPermission } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import type { Page } from "../kernel/page.ts";
import { instant, oneOf, query as parameter, text } from "../kernel/schema.ts";
import { activityGrants } from "../people/activity/activity.kind.ts";
import { Activity } from "../people/activity/activity.ts";
import { SubjectActivities } from "../people/activity/subject-activities.ts";
import { commentGrants } from "../people/comment/comment.kind.ts";
import { Comment } from "../people/comment/comment.ts";
import { interactionGrants } from "../people/interaction/interaction.kind.ts";
import { Interaction } from "../people/interaction/interaction.ts";
import { noteGrants } from "../people/note/note.kind.ts";
import { Note } from "../people/note/note.ts";
import * as Identity from "../people/person/identity.ts";
import { Journey } from "../people/person/journey.ts";
import { journeyGrants } from "../people/person/person.kind.ts";
import { AUDIT, auditGrants } from "../platform/audit/audit.kind.ts";
import { Audit } from "../platform/audit/audit.ts";
import { loadWork, Work } from "../platform/audit/work.ts";
import { Lead } from "../sales/lead/lead.ts";
import { ticketGrants } from "../service/ticket/ticket.kind.ts";
import { Ticket } from "../service/ticket/ticket.ts";
import type { TimelineMoment } from "../storage/read/timeline.ts";
import { buildTimelinePage, readVisibleMoments, type TimelineKind, type TimelineRange } from "./timeline-page.ts";

/** The timeline of a person: records of all kinds, newest first, under all ids of the person. */

type Leads = Promise<readonly { id: string }[]>;

interface PersonTimelineKind extends Omit<TimelineKind, "listVisible"> {
  /** Returns the records that the caller sees, if the rule of the kind is not enough. */
  listVisible?: (records: readonly TimelineMoment["record"][], leads: Leads) => Promise<readonly { id: string }[]>;
}

const kinds = {
  activity: {
    moments: Activity.timelineSource,
    access: activityGrants.read,
    listVisible: (records, leads) =>
      SubjectActivities.filterPersonActivities(
        records as unknown as Parameters<typeof SubjectActivities.filterPersonActivities>[0],
        leads,
      ),
  },
  interaction: { moments: Interaction.timelineSource, access: interactionGrants.read },
  journey: { moments: Journey.timelineSource, access: journeyGrants.read },
  note: { moments: Note.timelineSource, access: noteGrants.read },
  comment: { moments: Comment.timelineSource, access: commentGrants.read },
  ticket: { moments: Ticket.timelineSource, access: ticketGrants.read },
  change: { moments: Audit.timelineSource, access: auditGrants.read },
} as const satisfies Record<string, PersonTimelineKind>;

export type Type = keyof typeof kinds;
export const types = Object.keys(kinds) as [Type, ...Type[]];

const typeByKind = new Map(types.map((type) => [kinds[type].moments.kind, type]));

export const Entry = z.object({
  id: z.string().describe("Id of the record"),
  type: oneOf(types),
  at: instant().describe("When the event happened; for a planned one, when it begins or is due"),
  title: z.string(),
  by: z.string().nullable().describe("Id of the actor who did it or is to do it"),
  work: Work.nullable().describe("For a change: the work that made it for the user of `by`; null if none did"),
  record: z.record(z.string(), z.unknown()).describe("The record as in lists of its kind"),
});
export type Entry = z.output<typeof Entry>;

const typePattern = `(${types.join("|")})`;

const PageInput = z.strictObject({
  id: text(64),
  limit: parameter.int(1, 100).optional().describe("Default: 20"),
  cursor: text(1000).optional().describe("next_cursor of the previous page"),
  from: instant().optional().describe("Only entries at or after this time"),
  to: instant({ day: "last" }).optional().describe("Only entries at or before this time"),
});

const Query = PageInput.extend({
  type: z
    .string()
    .regex(new RegExp(`^${typePattern}(,${typePattern})*$`), `Must be one or several of ${types.join(", ")}, separated by commas`)
    .meta({ examples: ["activity,journey"] })
    .optional()
    .describe("Only these types. Default: all types that the caller may read"),
});

export const list = fn(Query, async ({ id, type, ...pageQuery }) => {
  const requestedTypes = type === undefined ? types : types.filter((typeName) => type.split(",").includes(typeName));
  return readPage(id, "timeline", requestedTypes, pageQuery, toEntries);
});

/** Lists the activities of a person, newest first by when they happened or are due. */
export const listActivities = fn(PageInput, ({ id, ...pageQuery }) =>
  readPage(id, "activities", ["activity"], pageQuery, async (moments) => moments.map(({ record }) => record)),
);

type PageQuery = Omit<z.output<typeof PageInput>, "id">;

async function readPage<T>(
  id: string,
  name: string,
  requestedTypes: readonly Type[],
  { limit = 20, cursor, from, to }: PageQuery,
  show: (moments: readonly TimelineMoment[]) => Promise<T[]>,
): Promise<Page<T>> {
  if (from !== undefined && to !== undefined && to < from) throw invalid("to", "Must not be before from");
  const person = await Identity.read(id);
  const fingerprint = JSON.stringify([name, person.id, requestedTypes, from, to]);
  return buildTimelinePage({ limit, cursor, fingerprint }, async (after) => {
    const { moments, next } = await readMoments(Identity.listIds(person), requestedTypes, { limit, from, to, after });
    return { entries: await show(moments), next };
  });
}

/**
 * Reads one page of the timeline, and the key after which the next page begins. `leads` are the leads that the caller sees, if they are
 * already loaded.
 */
export async function readMoments(
  persons: readonly string[],
  requestedTypes: readonly Type[],
  range: TimelineRange,
  leads?: Leads,
): Promise<{ moments: TimelineMoment[]; next: string | undefined }> {
  const permittedKinds = requestedTypes
    .map((type): PersonTimelineKind => kinds[type])
    .filter(({ access }) => hasPermission(access));
  const seen = permittedKinds.some((kind) => kind.listVisible)
    ? (leads ?? Lead.loadVisibleByPerson(persons))
    : Promise.resolve([]);
  const timelineKinds = permittedKinds.map(
    ({ listVisible, ...kind }): TimelineKind => ({
      ...kind,
      ...(listVisible ? { listVisible: (records) => listVisible(records, seen) } : {}),
    }),
  );
  const [momentPage] = await Promise.all([readVisibleMoments(timelineKinds, persons, range), seen]);
  return momentPage;
}

/** Presents moments. Changes name the work that made them. */
export async function toEntries(moments: readonly TimelineMoment[]): Promise<Entry[]> {
  const readRequest = ({ kind, record }: TimelineMoment): string => (kind === AUDIT ? String(record.request_id) : "");
  const works = await loadWork(moments.map(readRequest));
  return moments.map((moment) => {
    const { id, kind, at, title, by, record } = moment;
    return { id, type: typeByKind.get(kind) as Type, at, title, by, work: works.get(readRequest(moment)) ?? null, record };
  });
}

export * as PersonTimeline from "./person-timeline.ts";
