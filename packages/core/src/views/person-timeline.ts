import * as z from "zod";
import { activityGrants } from "../activity/activity.domain.ts";
import { Activity } from "../activity/activity.ts";
import { Activities } from "../activity/visible.ts";
import { auditGrants } from "../audit/audit.domain.ts";
import { Audit } from "../audit/audit.ts";
import { interactionGrants } from "../interaction/interaction.domain.ts";
import { Interaction } from "../interaction/interaction.ts";
import { Clock } from "../kernel/clock.ts";
import { may } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Page } from "../kernel/page.ts";
import type { Permission } from "../kernel/permission.ts";
import { instant, oneOf, query as parameter, text } from "../kernel/schema.ts";
import { Lead } from "../lead/lead.ts";
import { noteGrants } from "../note/note.domain.ts";
import { Note } from "../note/note.ts";
import * as Identity from "../person/identity.ts";
import { Journey } from "../person/journey.ts";
import { journeyGrants } from "../person/person.domain.ts";
import * as Cursor from "../storage/read/cursor.ts";
import { MOST_READ } from "../storage/read/list.ts";
import { type Moment, type Moments, newestFirst } from "../storage/read/timeline.ts";
import { Visible } from "../storage/read/visibility.ts";
import { ticketGrants } from "../ticket/ticket.domain.ts";
import { Ticket } from "../ticket/ticket.ts";

/** What happened with a person, of every kind, newest first, under all ids that they have been known by. */

interface Kind {
  moments: Moments;
  access: Permission;
  /** Those that the caller sees, where the kind does not say so itself. */
  seen?: (records: readonly Moment["record"][], leads: Promise<readonly { id: string }[]>) => Promise<readonly { id: string }[]>;
}

const kinds = {
  activity: {
    moments: Activity.moments,
    access: activityGrants.read,
    seen: (records, leads) => Activities.seenOf(records as unknown as Parameters<typeof Activities.seenOf>[0], leads),
  },
  interaction: { moments: Interaction.moments, access: interactionGrants.read },
  journey: { moments: Journey.moments, access: journeyGrants.read },
  note: { moments: Note.moments, access: noteGrants.read },
  ticket: { moments: Ticket.moments, access: ticketGrants.read },
  change: { moments: Audit.moments, access: auditGrants.read },
} as const satisfies Record<string, Kind>;

export type Type = keyof typeof kinds;
export const types = Object.keys(kinds) as [Type, ...Type[]];

const typeOf = new Map(types.map((type) => [kinds[type].moments.kind, type]));

export const Entry = z.object({
  id: z.string().describe("Of the record"),
  type: oneOf(types),
  at: instant().describe("When it happened; of what is planned, when it begins or is due"),
  title: z.string(),
  by: z.string().nullable().describe("Id of who did it, or is to do it"),
  record: z.record(z.string(), z.unknown()).describe("As lists of its kind show it"),
});
export type Entry = z.output<typeof Entry>;

const oneType = `(${types.join("|")})`;

const Paged = z.strictObject({
  id: text(64),
  limit: parameter.int(1, 100).optional().describe("20 unless told otherwise"),
  cursor: text(1000).optional().describe("The next_cursor of the page before"),
  from: instant().optional().describe("What happened then or later"),
  to: instant().optional().describe("What happened until then"),
});

const Query = Paged.extend({
  type: z
    .string()
    .regex(new RegExp(`^${oneType}(,${oneType})*$`), `One or several, separated by commas, of ${types.join(", ")}`)
    .meta({ examples: ["activity,journey"] })
    .optional()
    .describe("Only these; all that the caller may read unless told otherwise"),
});

export const list = fn(Query, async ({ id, type, ...asked }) => {
  const wanted = type === undefined ? types : types.filter((each) => type.split(",").includes(each));
  return page(id, "timeline", wanted, asked, entryOf);
});

/** The activities of a person, newest first by when they happened or are due. */
export const activities = fn(Paged, ({ id, ...asked }) => page(id, "activities", ["activity"], asked, ({ record }) => record));

type Asked = Omit<z.output<typeof Paged>, "id">;

async function page<T>(
  id: string,
  name: string,
  wanted: readonly Type[],
  { limit = 20, cursor, from, to }: Asked,
  show: (moment: Moment) => T,
): Promise<Page<T>> {
  if (from !== undefined && to !== undefined && to < from) throw invalid("to", "Before from");
  const person = await Identity.read(id);
  const fingerprint = JSON.stringify([name, person.id, wanted, from, to]);
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const { moments, next } = await read(Identity.idsOf(person), wanted, { limit, from, to, after: position?.after });
  // Nobody counts what lies further on: the total is what has been shown, and that there is more.
  const shown = (position?.total ?? 0) + moments.length;
  const total = next === undefined ? shown : shown + 1;
  const meta = {
    page: Math.ceil((position?.total ?? 0) / limit) + 1,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    next_cursor: next === undefined ? null : await Cursor.seal({ after: next, total: shown, bound: true }, fingerprint),
    as_of: Clock.now(),
  };
  return new Page(moments.map(show), next === undefined ? meta : { ...meta, total_is_lower_bound: true });
}

interface Part {
  limit: number;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
}

/** One page, and behind which key the next begins; `leads` are those that the caller sees, where they are known already. */
export async function read(
  persons: readonly string[],
  wanted: readonly Type[],
  { limit, from, to, after }: Part,
  leads?: Promise<readonly { id: string }[]>,
): Promise<{ moments: Moment[]; next: string | undefined }> {
  const shown = wanted.map((type): Kind => kinds[type]).filter(({ access }) => may(access));
  const seen = shown.some((kind) => kind.seen) ? (leads ?? Lead.seenOf(persons)) : Promise.resolve([]);
  const reading = async () => {
    const moments: Moment[] = [];
    let waiting: Moment[] = [];
    let count = 0;
    const look = async (): Promise<void> => {
      moments.push(...(await seenAmong(shown, waiting, seen)));
      waiting = [];
    };
    const pageSoFar = () =>
      moments.length > limit ? { moments: moments.slice(0, limit), next: moments[limit - 1]?.key } : undefined;
    const all = newestFirst(
      shown.map((kind) => kind.moments),
      persons,
      { after, from, to, need: limit + 1 },
    );
    for await (const moment of all) {
      const isLast = ++count >= MOST_READ;
      if (waiting.push(moment) <= limit && !isLast) continue;
      await look();
      if (moments.length > limit || isLast) return pageSoFar() ?? { moments, next: moment.key };
    }
    await look();
    return pageSoFar() ?? { moments, next: undefined };
  };
  const [found] = await Promise.all([reading(), seen]);
  return found;
}

/** Those that the caller sees, in their order: decided for each kind together. */
async function seenAmong(
  shown: readonly Kind[],
  moments: readonly Moment[],
  leads: Promise<readonly { id: string }[]>,
): Promise<Moment[]> {
  const seen = await Promise.all(
    shown.map((kind) => {
      const records = moments.filter((moment) => moment.kind === kind.moments.kind).map(({ record }) => record);
      return kind.seen?.(records, leads) ?? Visible.among(kind.moments.collection, records);
    }),
  );
  const ids = new Set(seen.flat().map(({ id }) => id));
  return moments.filter(({ id }) => ids.has(id));
}

export const entryOf = ({ id, kind, at, title, by, record }: Moment): Entry => ({
  id,
  type: typeOf.get(kind) as Type,
  at,
  title,
  by,
  record,
});

export * as PersonTimeline from "./person-timeline.ts";
