import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useContext, useSettings } from "../../kernel/context.ts";
import { formatInstant } from "../../kernel/date-bounds.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Interval } from "../../kernel/interval.ts";
import { type BusySlot, describeSearch, Page } from "../../kernel/page.ts";
import { date, id, instant, query as parameter, text, zone } from "../../kernel/schema.ts";
import { addDays, endOfDay, instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import { Directory } from "../../platform/user/directory.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { MAX_READ_ROWS } from "../../storage/read/list-page.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { baseShape, NONE, withOptionalVersionFields } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import {
  Activities,
  type ActivityRecord,
  LONG_DAYS,
  openPartition,
  userClosedPartition,
  userLongPartition,
  userOpenPartition,
} from "./activity.entity.ts";
import { computeSpan, isOverlapping, resolveDeadline, type Span } from "./activity.rules.ts";
import { Activity } from "./activity.ts";
import { filterVisible } from "./subject-visibility.ts";

/**
 * Agendas, overdue lists and calendars. They read the extra index items of activities, which each user has in order of time. So the
 * cost depends on what is shown, not on how much a user has ever done.
 */

/** Up to this many users, each agenda is read from its own partition. For more, the partition of all open activities is filtered. */
const MAX_USERS = 50;

const ownerField = z
  .union([z.literal("me"), id(USER)], "Must be me or the id of a user")
  .optional()
  .describe("`me` or a user whose records the caller can see; defaults to all these users");

const PageInput = z.strictObject({
  owner: ownerField,
  limit: parameter.int(1, 100).optional().describe("Defaults to 20"),
  cursor: text(1000).optional().describe("The next_cursor of the previous page"),
});

export const listUpcoming = fn(
  PageInput.extend({ days: parameter.int(1, 366).optional().describe("Number of days ahead; unlimited by default") }),
  ({ days, ...query }) => {
    const now = Clock.now();
    const to = days === undefined ? undefined : formatInstant(Date.parse(now) + days * DAY_MS);
    return readPage("upcoming", query, { from: now, to: to ?? AFTER_ALL_INSTANTS }, () => true);
  },
);

export const listOverdue = fn(PageInput, (query) => {
  const now = Clock.now();
  return readPage("overdue", query, { to: now }, (activity) => (resolveDeadline(activity) ?? now) < now);
});

const DAY_MS = 24 * 60 * 60 * 1000;
/** Sorts after every instant, and before activities without one. */
const AFTER_ALL_INSTANTS = ":";

type TimePart = Pick<Partition, "from" | "to">;

async function readPage(
  name: string,
  { owner, limit = 20, cursor }: z.output<typeof PageInput>,
  part: TimePart,
  isWanted: (activity: ActivityRecord) => boolean,
): Promise<Page<ActivityRecord>> {
  const agendas = await resolveScope(owner);
  // The fingerprint of the cursor omits `part`: its instant moves with the clock, and a list must still continue.
  const fingerprint = JSON.stringify(["agenda", name, owner]);
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const { matches, stopKey } = await readAfter(agendas, part, { after: position?.after, need: limit + 1 }, isWanted);
  const rows = matches.slice(0, limit).map(({ activity }) => activity);
  const isMore = matches.length > limit || stopKey !== undefined;
  const shownCount = (position?.total ?? 0) + rows.length;
  const total = isMore ? shownCount + 1 : shownCount;
  const searched = (position?.searched ?? 0) + (stopKey === undefined ? rows.length : MAX_READ_ROWS);
  const last = matches.length > limit ? matches[limit - 1]?.key : stopKey;
  const meta = {
    page: 1,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    next_cursor:
      isMore && last !== undefined
        ? await Cursor.seal({ after: last, total: shownCount, isLowerBound: true, searched }, fingerprint)
        : null,
    as_of: Clock.now(),
  };
  return new Page(rows, {
    ...meta,
    ...(isMore ? { total_is_lower_bound: true } : {}),
    ...describeSearch({ rowCount: rows.length, limit, searched, isStopped: isMore }),
  });
}

interface FoundActivity {
  key: string;
  activity: ActivityRecord;
}

/**
 * Reads the next activities of an agenda that the caller sees, in order: as many as are needed. `stopped` is the key at which the
 * limit of rows read ended the search.
 */
async function readAfter(
  { partitions, includes }: AgendaScope,
  part: TimePart,
  { after, need }: { after: string | undefined; need: number },
  isWanted: (activity: ActivityRecord) => boolean,
): Promise<{ matches: FoundActivity[]; stopKey?: string }> {
  const matches: FoundActivity[] = [];
  let waiting: FoundActivity[] = [];
  let count = 0;
  const look = async (): Promise<void> => {
    const seen = new Set(await filterVisible(waiting.map(({ activity }) => activity)));
    matches.push(...waiting.filter(({ activity }) => seen.has(activity)));
    waiting = [];
  };
  const parts = partitions.map((partition) => ({ ...partition, ...part }));
  if (parts.length === 0) return { matches };
  for await (const { key, row } of queryPartitions(Activities, parts, { order: "asc", after, chunk: need })) {
    const activity = Activities.fromRow({ key, row });
    if (includes(activity) && isWanted(activity)) waiting.push({ key, activity });
    const isLast = ++count === MAX_READ_ROWS;
    if (waiting.length < need - matches.length && !isLast) continue;
    await look();
    if (matches.length >= need) return { matches };
    // The limit of rows read is reached with an incomplete page: the list continues from this key.
    if (isLast) return { matches, stopKey: key };
  }
  await look();
  return { matches };
}

interface AgendaScope {
  partitions: Partition[];
  /** Whether an activity in these partitions belongs to one of the requested users. */
  includes(activity: ActivityRecord): boolean;
}

const buildPartition = (partition: readonly string[], part: TimePart = {}): Partition => ({
  ...buildExtraPartition(Activities, partition),
  ...part,
});

/** Returns the partitions of open activities: of one user, or of all users whose records the caller sees. */
async function resolveScope(owner: string | undefined): Promise<AgendaScope> {
  const visible = await useContext().visibleOwners();
  const users = owner === undefined ? visible : await limitToVisible(owner === "me" ? useActorId() : owner);
  if (users === "all") return { partitions: [buildPartition(openPartition)], includes: () => true };
  if (users.size <= MAX_USERS)
    return { partitions: [...users].map((user) => buildPartition(userOpenPartition(user))), includes: () => true };
  const includes = (activity: ActivityRecord): boolean =>
    users.has(Activities.ownerId(activity) ?? NONE) || (activity.attending ?? []).some((user) => users.has(user));
  return { partitions: [buildPartition(openPartition)], includes: includes };
}

/** Returns the user as a set, which is empty if the caller does not see that user's records. */
async function limitToVisible(user: string): Promise<ReadonlySet<string>> {
  const visible = await useContext().visibleOwners();
  return new Set(user === useActorId() || visible === "all" || visible.has(user) ? [user] : []);
}

export const CalendarEntry = Activity.Row.extend({
  starts_at: instant(),
  ends_at: instant().describe("Equals starts_at if the entry has no duration"),
  all_day: z.boolean().describe("Whether the entry is for a day, without a time"),
});
export type CalendarEntry = ActivityRecord & Span;

/** Maximum number of days in a calendar. */
const MAX_DAYS = 93;
const DEFAULT_DAYS = 30;

const dayOrInstantField = () => z.union([date(), instant()], "Must be a date, YYYY-MM-DD, or an RFC 3339 timestamp");

const CalendarInput = z.strictObject({
  from: dayOrInstantField().optional().describe("Defaults to today"),
  to: dayOrInstantField()
    .optional()
    .describe(`A date includes the whole day; defaults to ${DEFAULT_DAYS} days after \`from\`, at most ${MAX_DAYS}`),
  owner: ownerField.describe("`me` or a user whose records the caller can see; defaults to `me`"),
  team: id(TEAM).optional().describe("All members of a team whose records the caller can see, instead of one user"),
  timezone: zone().optional().describe("Time zone of the days; defaults to the tenant's"),
});

export const readCalendar = fn(
  CalendarInput,
  async ({ from, to, owner, team, timezone = useSettings().timezone }): Promise<Page<CalendarEntry>> => {
    if (owner !== undefined && team !== undefined) throw invalid("team", "Specify owner or team, not both");
    const first = from ?? instantToDay(timezone, Clock.now());
    const last = to ?? addDays(isDay(first) ? first : instantToDay(timezone, first), DEFAULT_DAYS);
    const part = {
      from: isDay(first) ? startOfDay(timezone, first) : first,
      to: isDay(last) ? endOfDay(timezone, last) : last,
    };
    if (part.to <= part.from) throw invalid("to", "Must be after from");
    if (Date.parse(part.to) - Date.parse(part.from) > (MAX_DAYS + 1) * DAY_MS)
      throw invalid("to", `Must be at most ${MAX_DAYS} days after from`);
    const users =
      team === undefined
        ? await limitToVisible(owner === undefined || owner === "me" ? useActorId() : owner)
        : await listVisibleMembers(team);
    const { entries, busy } = await listEntries([...users], part, timezone);
    const meta = { page: 1, limit: MAX_ENTRIES, total: entries.length, totalPages: 1, next_cursor: null, as_of: Clock.now() };
    return new Page(entries, busy.length > 0 ? { ...meta, busy } : meta);
  },
);

const isDay = (value: string): boolean => value.length === 10;

/** Returns the members of a team whose records the caller sees. */
async function listVisibleMembers(team: string): Promise<ReadonlySet<string>> {
  const members = await Directory.listActiveInTeam(team);
  if (members.length > MAX_USERS)
    throw invalid("team", `The team has more than ${MAX_USERS} users: request the calendar of one user`);
  return new Set((await Promise.all(members.map(limitToVisible))).flatMap((users) => [...users]));
}

/** Maximum number of entries in a calendar. */
const MAX_ENTRIES = 1000;

/** Returns the calendar entries of users in order, and the busy times of entries that are private to other users. */
export async function listEntries(
  users: readonly string[],
  part: Interval,
  timezone: string,
  limit?: number,
): Promise<{ entries: CalendarEntry[]; busy: BusySlot[] }> {
  const inOrder = ({ starts_at, id: entryId }: CalendarEntry): string => `${starts_at}#${entryId}`;
  const all = (await readEntries(users, part, timezone, { limit })).sort((a, b) => (inOrder(a) < inOrder(b) ? -1 : 1));
  const hidden = all.filter((entry) => !Visibility.isOpenToActor(Activities, entry));
  const busy = hidden.map(({ starts_at, ends_at }) => ({ busy: true, start: starts_at, end: ends_at }) as const);
  return { entries: await filterVisible(all), busy };
}

/** Returns the entries with the time and number of their last change, which rows do not have: 1 read for each, 100 in a round trip. */
export async function loadVersions(entries: readonly CalendarEntry[]): Promise<CalendarEntry[]> {
  const activities = await Records.loadMany(
    Activities,
    entries.map(({ id }) => id),
  );
  return entries.flatMap((entry, index) => {
    const activity = activities[index];
    return activity ? [{ ...entry, updated_at: activity.updated_at, version: activity.version }] : [];
  });
}

/** Returns the times at which users are busy, without a check of visibility. A task that is only due takes no time. */
export async function listBusyTimes(
  users: readonly string[],
  part: Interval,
  timezone: string,
): Promise<ReadonlyMap<string, readonly Interval[]>> {
  const entries = await listTimedEntries(users, part, timezone);
  const involvesUser = ({ assigned_to_id, attending }: CalendarEntry, user: string): boolean =>
    assigned_to_id === user || (attending ?? []).includes(user);
  return new Map(
    users.map((user) => [
      user,
      entries.flatMap((entry) => (involvesUser(entry, user) ? [{ from: entry.starts_at, to: entry.ends_at }] : [])),
    ]),
  );
}

/**
 * Returns the entries that take time in the calendars of users, without a check of visibility. `consistent` reads the latest
 * writes. For computation only: callers must not show them.
 */
export const listTimedEntries = async (
  users: readonly string[],
  part: Interval,
  timezone: string,
  consistent = false,
): Promise<CalendarEntry[]> => (await readEntries(users, part, timezone, { consistent })).filter(({ all_day }) => !all_day);

interface EntryOptions {
  limit?: number | undefined;
  consistent?: boolean;
}

/**
 * Reads the calendar entries of users in a period, without a check of visibility. With `most` it stops after that many; without it,
 * more than MAX_ENTRIES are refused.
 */
async function readEntries(
  users: readonly string[],
  { from, to }: Interval,
  timezone: string,
  { limit, consistent = false }: EntryOptions = {},
): Promise<CalendarEntry[]> {
  const near = {
    from: formatInstant(Date.parse(from) - LONG_DAYS * DAY_MS),
    // An activity that is due on a day is indexed at the end of the day.
    to: formatInstant(Date.parse(to) + DAY_MS),
  };
  const partitions = users.flatMap((user) => [
    buildPartition(userOpenPartition(user), near),
    buildPartition(userClosedPartition(user), near),
    buildPartition(userLongPartition(user), { to: near.to }),
  ]);
  const entries = new Map<string, CalendarEntry>();
  if (partitions.length > 0)
    for await (const row of queryPartitions(Activities, partitions, { order: "asc", after: undefined, chunk: 200, consistent })) {
      const activity = Activities.fromRow(row);
      const span = computeSpan(activity, activity.timezone ?? timezone);
      if (!span || !isOverlapping(span, from, to)) continue;
      entries.set(activity.id, { ...activity, ...span });
      if (entries.size === limit) break;
      if (limit === undefined && entries.size > MAX_ENTRIES)
        throw invalid("to", `More than ${MAX_ENTRIES} entries: request a shorter period`);
    }
  return [...entries.values()];
}

const EntryView = withOptionalVersionFields(z.object({ ...baseShape, ...CalendarEntry.shape }));

export const Day = z.object({
  date: date(),
  timezone: z.string(),
  overdue: z.array(EntryView).describe("Overdue entries, at most 20"),
  more_overdue: z.boolean(),
  today: z.array(EntryView).describe("Entries of the day, done or not"),
});

export const readMyDay = fn(
  z.strictObject({ date: date().optional().describe("Defaults to today"), timezone: zone().optional() }),
  async ({ date: requestedDate, timezone = useSettings().timezone }) => {
    const day = requestedDate ?? instantToDay(timezone, Clock.now());
    const part = { from: startOfDay(timezone, day), to: endOfDay(timezone, day) };
    const [late, { entries }] = await Promise.all([listOverdue({ owner: "me" }), listEntries([useActorId()], part, timezone)]);
    const spanned = (activity: ActivityRecord): CalendarEntry => ({ ...activity, ...(computeSpan(activity, timezone) as Span) });
    return { date: day, timezone, overdue: late.rows.map(spanned), more_overdue: late.meta.next_cursor !== null, today: entries };
  },
);

export * as Agenda from "./agenda.ts";
