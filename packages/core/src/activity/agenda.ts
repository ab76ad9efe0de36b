import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useActorId, useContext, useSettings, useTenant } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import type { Interval } from "../kernel/interval.ts";
import { type Busy, Page } from "../kernel/page.ts";
import { date, id, instant, query as parameter, text, zone } from "../kernel/schema.ts";
import { dayAfter, dayIn, startOfDay } from "../kernel/zone.ts";
import * as Cursor from "../storage/read/cursor.ts";
import { MOST_READ } from "../storage/read/pages.ts";
import type { Partition } from "../storage/read/query.ts";
import { merged } from "../storage/read/scan.ts";
import { Visible } from "../storage/read/visibility.ts";
import { base, listed, NONE } from "../storage/table/collection.ts";
import { partitionOfPlaces } from "../storage/table/place.ts";
import { Directory } from "../user/directory.ts";
import { TEAM, USER } from "../user/user.domain.ts";
import { shownAmong } from "./about.ts";
import { Activities, type ActivityRecord, LONG_DAYS, longOf, openOf, openOfAll, overOf } from "./activity.entity.ts";
import { deadlineOf, isWithin, type Span, spanOf } from "./activity.rules.ts";
import { Activity } from "./activity.ts";

/**
 * What is to be done, and when: read from the places of activities, where those of each user stand in order of time. Costs go by
 * what is shown, however much a user has ever done.
 */

/** So many users' agendas are read one beside the other; those of more are looked for among all. */
const MOST_USERS = 50;

const whose = z
  .union([z.literal("me"), id(USER)], "me, or the id of a user")
  .optional()
  .describe("Whose: `me`, or another whose records the caller sees; of all these unless told otherwise");

const Listed = z.strictObject({
  owner: whose,
  limit: parameter.int(1, 100).optional().describe("20 unless told otherwise"),
  cursor: text(1000).optional().describe("The next_cursor of the page before"),
});

export const upcoming = fn(
  Listed.extend({ days: parameter.int(1, 366).optional().describe("So many days ahead; however far unless told otherwise") }),
  ({ days, ...asked }) => {
    const now = Clock.now();
    const to = days === undefined ? undefined : new Date(Date.parse(now) + days * DAY).toISOString();
    return page("upcoming", asked, { from: now, to: to ?? DATED }, () => true);
  },
);

export const overdue = fn(Listed, (asked) => {
  const now = Clock.now();
  return page("overdue", asked, { to: now }, (activity) => (deadlineOf(activity) ?? now) < now);
});

const DAY = 24 * 60 * 60 * 1000;
/** Behind every instant, and before what has none. */
const DATED = ":";

type Part = Pick<Partition, "from" | "to">;

async function page(
  name: string,
  { owner, limit = 20, cursor }: z.output<typeof Listed>,
  part: Part,
  isWanted: (activity: ActivityRecord) => boolean,
): Promise<Page<ActivityRecord>> {
  const agendas = await agendasOf(owner);
  // The instant moves with the clock, and a list goes on all the same.
  const fingerprint = JSON.stringify(["agenda", name, owner]);
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const { found, stopped } = await behind(agendas, part, { after: position?.after, need: limit + 1 }, isWanted);
  const rows = found.slice(0, limit).map(({ activity }) => activity);
  const isMore = found.length > limit || stopped !== undefined;
  const shown = (position?.total ?? 0) + rows.length;
  const total = isMore ? shown + 1 : shown;
  const last = found.length > limit ? found[limit - 1]?.key : stopped;
  const meta = {
    page: 1,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    next_cursor: isMore && last !== undefined ? await Cursor.seal({ after: last, total: shown, bound: true }, fingerprint) : null,
    as_of: Clock.now(),
  };
  return new Page(rows, isMore ? { ...meta, total_is_lower_bound: true } : meta);
}

interface Found {
  key: string;
  activity: ActivityRecord;
}

/** The next of an agenda that the caller sees, in its order: as many as are needed, or behind which key a request stopped reading. */
async function behind(
  { partitions, has }: Agendas,
  part: Part,
  { after, need }: { after: string | undefined; need: number },
  isWanted: (activity: ActivityRecord) => boolean,
): Promise<{ found: Found[]; stopped?: string }> {
  const found: Found[] = [];
  let waiting: Found[] = [];
  let count = 0;
  const look = async (): Promise<void> => {
    const seen = new Set(await shownAmong(waiting.map(({ activity }) => activity)));
    found.push(...waiting.filter(({ activity }) => seen.has(activity)));
    waiting = [];
  };
  const parts = partitions.map((each) => ({ ...each, ...part }));
  if (parts.length === 0) return { found };
  for await (const { key, row } of merged(Activities, parts, { order: "asc", after, chunk: need })) {
    const activity = Activities.fromRow({ key, row });
    if (has(activity) && isWanted(activity)) waiting.push({ key, activity });
    const isLast = ++count === MOST_READ;
    if (waiting.length < need - found.length && !isLast) continue;
    await look();
    if (found.length >= need) return { found };
    // It came to its bound with a page that is short: the list goes on from there.
    if (isLast) return { found, stopped: key };
  }
  await look();
  return { found };
}

interface Agendas {
  partitions: Partition[];
  /** Whether an activity in these partitions is one of those asked for. */
  has(activity: ActivityRecord): boolean;
}

const partitionOf = (under: readonly string[], part: Part = {}): Partition => ({
  index: "entry",
  facets: { pk: partitionOfPlaces(useTenant(), Activities.name, under) },
  ...part,
});

/** What is open: of one user, or of all whose records the caller sees. */
async function agendasOf(owner: string | undefined): Promise<Agendas> {
  const visible = await useContext().visible();
  const users = owner === undefined ? visible : await seen(owner === "me" ? useActorId() : owner);
  if (users === "all") return { partitions: [partitionOf(openOfAll)], has: () => true };
  if (users.size <= MOST_USERS) return { partitions: [...users].map((user) => partitionOf(openOf(user))), has: () => true };
  const has = (activity: ActivityRecord): boolean =>
    users.has(Activities.ownerOf(activity) ?? NONE) || (activity.attending ?? []).some((user) => users.has(user));
  return { partitions: [partitionOf(openOfAll)], has };
}

/** The user, where the caller sees what they have to do. */
async function seen(user: string): Promise<ReadonlySet<string>> {
  const visible = await useContext().visible();
  return new Set(user === useActorId() || visible === "all" || visible.has(user) ? [user] : []);
}

export const Entry = Activity.Row.extend({
  starts_at: instant(),
  ends_at: instant().describe("As starts_at, of what takes no time"),
  all_day: z.boolean().describe("It takes a day, at no time of it"),
});
export type Entry = ActivityRecord & Span;

/** Days that one calendar shows at most. */
const MOST_DAYS = 93;
const USUAL_DAYS = 30;

const when = () => z.union([date(), instant()], "Not a day, YYYY-MM-DD, nor an RFC 3339 instant");

const Asked = z.strictObject({
  from: when().optional().describe("Today unless told otherwise"),
  to: when()
    .optional()
    .describe(`A day is shown whole; ${USUAL_DAYS} days after \`from\` unless told otherwise, ${MOST_DAYS} at most`),
  owner: whose.describe("`me`, or another whose records the caller sees; `me` unless told otherwise"),
  team: id(TEAM).optional().describe("All of a team whose records the caller sees, in place of one user"),
  timezone: zone().optional().describe("In which days are; the tenant's unless told otherwise"),
});

export const calendar = fn(Asked, async ({ from, to, owner, team, timezone = useSettings().timezone }): Promise<Page<Entry>> => {
  if (owner !== undefined && team !== undefined) throw invalid("team", "owner or team, not both");
  const first = from ?? dayIn(timezone, Clock.now());
  const last = to ?? dayAfter(isDay(first) ? first : dayIn(timezone, first), USUAL_DAYS);
  const part = {
    from: isDay(first) ? startOfDay(timezone, first) : first,
    to: isDay(last) ? startOfDay(timezone, dayAfter(last, 1)) : last,
  };
  if (part.to <= part.from) throw invalid("to", "Not after from");
  if (Date.parse(part.to) - Date.parse(part.from) > (MOST_DAYS + 1) * DAY)
    throw invalid("to", `More than ${MOST_DAYS} days after from`);
  const users =
    team === undefined ? await seen(owner === undefined || owner === "me" ? useActorId() : owner) : await membersSeen(team);
  const { entries, busy } = await entriesOf([...users], part, timezone);
  const meta = { page: 1, limit: MOST_SHOWN, total: entries.length, totalPages: 1, next_cursor: null, as_of: Clock.now() };
  return new Page(entries, busy.length > 0 ? { ...meta, busy } : meta);
});

const isDay = (given: string): boolean => given.length === 10;

/** Those of a team whose records the caller sees. */
async function membersSeen(team: string): Promise<ReadonlySet<string>> {
  const members = await Directory.activeIn(team);
  if (members.length > MOST_USERS) throw invalid("team", `It has more than ${MOST_USERS} users: ask for one of them`);
  return new Set((await Promise.all(members.map(seen))).flatMap((users) => [...users]));
}

/** So much of a calendar is shown at a time. */
const MOST_SHOWN = 1000;

/** What the calendars of users show of a time, in its order, and when they are busy with what is private to others. */
export async function entriesOf(
  users: readonly string[],
  part: Interval,
  timezone: string,
  most?: number,
): Promise<{ entries: Entry[]; busy: Busy[] }> {
  const inOrder = ({ starts_at, id: own }: Entry): string => `${starts_at}#${own}`;
  const all = (await standing(users, part, timezone, { most })).sort((a, b) => (inOrder(a) < inOrder(b) ? -1 : 1));
  const hidden = all.filter((entry) => !Visible.isOpen(Activities, entry));
  const busy = hidden.map(({ starts_at: start, ends_at: end }) => ({ busy: true, start, end }) as const);
  return { entries: await shownAmong(all), busy };
}

/**
 * When users have something to do that begins and ends, whoever may see what it is: a task that is due takes none of their time that
 * anybody knows of.
 */
export async function busyOf(
  users: readonly string[],
  part: Interval,
  timezone: string,
): Promise<ReadonlyMap<string, readonly Interval[]>> {
  const entries = await takenIn(users, part, timezone);
  const has = ({ assigned_to_id, attending }: Entry, user: string): boolean =>
    assigned_to_id === user || (attending ?? []).includes(user);
  return new Map(
    users.map((user) => [
      user,
      entries.flatMap((entry) => (has(entry, user) ? [{ from: entry.starts_at, to: entry.ends_at }] : [])),
    ]),
  );
}

/** What takes time in the calendars of users, as it is now where that is asked for: shown to nobody. */
export const takenIn = async (users: readonly string[], part: Interval, timezone: string, consistent = false): Promise<Entry[]> =>
  (await standing(users, part, timezone, { consistent })).filter(({ all_day }) => !all_day);

interface Standing {
  most?: number | undefined;
  consistent?: boolean;
}

/** What stands in the calendars of users within a time, whoever may see it; more than are shown is refused, or left out behind `most`. */
async function standing(
  users: readonly string[],
  { from, to }: Interval,
  timezone: string,
  { most, consistent = false }: Standing = {},
): Promise<Entry[]> {
  const near = {
    from: new Date(Date.parse(from) - LONG_DAYS * DAY).toISOString(),
    // What is due on a day stands at its end.
    to: new Date(Date.parse(to) + DAY).toISOString(),
  };
  const partitions = users.flatMap((user) => [
    partitionOf(openOf(user), near),
    partitionOf(overOf(user), near),
    partitionOf(longOf(user), { to: near.to }),
  ]);
  const entries = new Map<string, Entry>();
  if (partitions.length > 0)
    for await (const row of merged(Activities, partitions, { order: "asc", after: undefined, chunk: 200, consistent })) {
      const activity = Activities.fromRow(row);
      const span = spanOf(activity, activity.timezone ?? timezone);
      if (!span || !isWithin(span, from, to)) continue;
      entries.set(activity.id, { ...activity, ...span });
      if (entries.size === most) break;
      if (most === undefined && entries.size > MOST_SHOWN)
        throw invalid("to", `More than ${MOST_SHOWN} entries: ask for less time`);
    }
  return [...entries.values()];
}

const Shown = listed(z.object({ ...base, ...Entry.shape }));

export const Day = z.object({
  date: date(),
  timezone: z.string(),
  overdue: z.array(Shown).describe("What should have been done, at most 20"),
  more_overdue: z.boolean(),
  today: z.array(Shown).describe("What stands on the day, done and not"),
});

export const myDay = fn(
  z.strictObject({ date: date().optional().describe("Today unless told otherwise"), timezone: zone().optional() }),
  async ({ date: given, timezone = useSettings().timezone }) => {
    const day = given ?? dayIn(timezone, Clock.now());
    const part = { from: startOfDay(timezone, day), to: startOfDay(timezone, dayAfter(day, 1)) };
    const [late, { entries: today }] = await Promise.all([overdue({ owner: "me" }), entriesOf([useActorId()], part, timezone)]);
    const spanned = (activity: ActivityRecord): Entry => ({ ...activity, ...(spanOf(activity, timezone) as Span) });
    return { date: day, timezone, overdue: late.rows.map(spanned), more_overdue: late.meta.next_cursor !== null, today };
  },
);

export * as Agenda from "./agenda.ts";
