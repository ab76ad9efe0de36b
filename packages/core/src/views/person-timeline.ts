import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { hasPermission } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import type { Permission } from "../kernel/permission.ts";
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
import { auditGrants } from "../platform/audit/audit.kind.ts";
import { Audit } from "../platform/audit/audit.ts";
import { Lead } from "../sales/lead/lead.ts";
import { ticketGrants } from "../service/ticket/ticket.kind.ts";
import { Ticket } from "../service/ticket/ticket.ts";
import * as Cursor from "../storage/read/cursor.ts";
import { MAX_READ_ROWS } from "../storage/read/list.ts";
import { readNewestFirst, type TimelineMoment, type TimelineSource } from "../storage/read/timeline.ts";
import { Visibility } from "../storage/read/visibility.ts";

/** The timeline of a person: records of all kinds, newest first, under all ids of the person. */

interface TimelineKind {
  moments: TimelineSource;
  access: Permission;
  /** Returns the records that the caller sees, if the rule of the kind is not enough. */
  listVisible?: (
    records: readonly TimelineMoment["record"][],
    leads: Promise<readonly { id: string }[]>,
  ) => Promise<readonly { id: string }[]>;
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
} as const satisfies Record<string, TimelineKind>;

export type Type = keyof typeof kinds;
export const types = Object.keys(kinds) as [Type, ...Type[]];

const typeByKind = new Map(types.map((type) => [kinds[type].moments.kind, type]));

export const Entry = z.object({
  id: z.string().describe("Id of the record"),
  type: oneOf(types),
  at: instant().describe("When the event happened; for a planned one, when it begins or is due"),
  title: z.string(),
  by: z.string().nullable().describe("Id of the actor who did it or is to do it"),
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
  return readPage(id, "timeline", requestedTypes, pageQuery, toEntry);
});

/** Lists the activities of a person, newest first by when they happened or are due. */
export const listActivities = fn(PageInput, ({ id, ...pageQuery }) =>
  readPage(id, "activities", ["activity"], pageQuery, ({ record }) => record),
);

type PageQuery = Omit<z.output<typeof PageInput>, "id">;

async function readPage<T>(
  id: string,
  name: string,
  requestedTypes: readonly Type[],
  { limit = 20, cursor, from, to }: PageQuery,
  show: (moment: TimelineMoment) => T,
): Promise<Page<T>> {
  if (from !== undefined && to !== undefined && to < from) throw invalid("to", "Must not be before from");
  const person = await Identity.read(id);
  const fingerprint = JSON.stringify([name, person.id, requestedTypes, from, to]);
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const { moments, next } = await readMoments(Identity.listIds(person), requestedTypes, {
    limit,
    from,
    to,
    after: position?.after,
  });
  // Later entries are not counted: the total is the number shown so far, plus one if there are more.
  const shownCount = (position?.total ?? 0) + moments.length;
  const total = next === undefined ? shownCount : shownCount + 1;
  const meta = {
    page: Math.ceil((position?.total ?? 0) / limit) + 1,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    next_cursor:
      next === undefined ? null : await Cursor.seal({ after: next, total: shownCount, isLowerBound: true }, fingerprint),
    as_of: Clock.now(),
  };
  return new Page(moments.map(show), next === undefined ? meta : { ...meta, total_is_lower_bound: true });
}

interface PageRange {
  limit: number;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
}

/**
 * Reads one page of the timeline, and the key after which the next page begins. `leads` are the leads that the caller sees, if they are
 * already loaded.
 */
export async function readMoments(
  persons: readonly string[],
  requestedTypes: readonly Type[],
  { limit, from, to, after }: PageRange,
  leads?: Promise<readonly { id: string }[]>,
): Promise<{ moments: TimelineMoment[]; next: string | undefined }> {
  const visibleKinds = requestedTypes.map((type): TimelineKind => kinds[type]).filter(({ access }) => hasPermission(access));
  const seen = visibleKinds.some((kind) => kind.listVisible) ? (leads ?? Lead.loadVisibleByPerson(persons)) : Promise.resolve([]);
  const reading = async () => {
    const moments: TimelineMoment[] = [];
    let waiting: TimelineMoment[] = [];
    let count = 0;
    const look = async (): Promise<void> => {
      moments.push(...(await filterVisible(visibleKinds, waiting, seen)));
      waiting = [];
    };
    const pageSoFar = () =>
      moments.length > limit ? { moments: moments.slice(0, limit), next: moments[limit - 1]?.key } : undefined;
    const all = readNewestFirst(
      visibleKinds.map((kind) => kind.moments),
      persons,
      { after, from, to, limit: limit + 1 },
    );
    for await (const moment of all) {
      const isLast = ++count >= MAX_READ_ROWS;
      if (waiting.push(moment) <= limit && !isLast) continue;
      await look();
      if (moments.length > limit || isLast) return pageSoFar() ?? { moments, next: moment.key };
    }
    await look();
    return pageSoFar() ?? { moments, next: undefined };
  };
  const [momentPage] = await Promise.all([reading(), seen]);
  return momentPage;
}

/** Filters the entries that the caller sees, in their order, with one check for each kind. */
async function filterVisible(
  timelineKinds: readonly TimelineKind[],
  moments: readonly TimelineMoment[],
  leads: Promise<readonly { id: string }[]>,
): Promise<TimelineMoment[]> {
  const seen = await Promise.all(
    timelineKinds.map((kind) => {
      const records = moments.filter((moment) => moment.kind === kind.moments.kind).map(({ record }) => record);
      return kind.listVisible?.(records, leads) ?? Visibility.filterVisible(kind.moments.collection, records);
    }),
  );
  const ids = new Set(seen.flat().map(({ id }) => id));
  return moments.filter(({ id }) => ids.has(id));
}

export const toEntry = ({ id, kind, at, title, by, record }: TimelineMoment): Entry => ({
  id,
  type: typeByKind.get(kind) as Type,
  at,
  title,
  by,
  record,
});

export * as PersonTimeline from "./person-timeline.ts";
