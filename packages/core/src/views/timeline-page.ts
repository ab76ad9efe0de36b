import { Clock } from "../kernel/clock.ts";
import { hasPermission } from "../kernel/context.ts";
import { describeSearch, Page } from "../kernel/page.ts";
import type { Permission } from "../kernel/permission.ts";
import * as Cursor from "../storage/read/cursor.ts";
import { MAX_READ_ROWS } from "../storage/read/list.ts";
import { readNewestFirst, type TimelineMoment, type TimelineSource } from "../storage/read/timeline.ts";
import { Visibility } from "../storage/read/visibility.ts";

/** Pages of timelines: records of several kinds about a person or another record, newest first, as far as the caller sees them. */

export interface TimelineKind {
  moments: TimelineSource;
  access: Permission;
  /** Returns the records that are shown, if the visibility of the kind is not enough. */
  listVisible?: ((records: readonly TimelineMoment["record"][]) => Promise<readonly { id: string }[]>) | undefined;
}

export interface TimelineRange {
  limit: number;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
}

interface Moments {
  moments: TimelineMoment[];
  /** The key after which the next page begins. */
  next: string | undefined;
}

/** Reads one page about any of these ids. */
export async function readVisibleMoments(
  kinds: readonly TimelineKind[],
  ids: readonly string[],
  { limit, from, to, after }: TimelineRange,
): Promise<Moments> {
  const visibleKinds = kinds.filter(({ access }) => hasPermission(access));
  const moments: TimelineMoment[] = [];
  let waiting: TimelineMoment[] = [];
  let count = 0;
  const look = async (): Promise<void> => {
    moments.push(...(await filterVisible(visibleKinds, waiting)));
    waiting = [];
  };
  const pageSoFar = () =>
    moments.length > limit ? { moments: moments.slice(0, limit), next: moments[limit - 1]?.key } : undefined;
  const all = readNewestFirst(
    visibleKinds.map((kind) => kind.moments),
    ids,
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
}

/** Filters the entries that the caller sees, in their order, with one check for each kind. */
async function filterVisible(kinds: readonly TimelineKind[], moments: readonly TimelineMoment[]): Promise<TimelineMoment[]> {
  const seen = await Promise.all(
    kinds.map((kind) => {
      const records = moments.filter((moment) => moment.kind === kind.moments.kind).map(({ record }) => record);
      return kind.listVisible?.(records) ?? Visibility.filterVisible(kind.moments.collection, records);
    }),
  );
  const ids = new Set(seen.flat().map(({ id }) => id));
  return moments.filter(({ id }) => ids.has(id));
}

/** Builds the answer of a page. `read` gets the key after which the page begins; `fingerprint` describes the query. */
export async function buildTimelinePage<T>(
  { limit, cursor, fingerprint }: { limit: number; cursor: string | undefined; fingerprint: string },
  read: (after: string | undefined) => Promise<{ entries: readonly T[]; next: string | undefined }>,
): Promise<Page<T>> {
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const { entries, next } = await read(position?.after);
  // Later entries are not counted: the total is the number shown so far, plus one if there are more.
  const shownCount = (position?.total ?? 0) + entries.length;
  const isMore = next !== undefined;
  const total = isMore ? shownCount + 1 : shownCount;
  // A page with more after it is short only where reading stopped.
  const searched = (position?.searched ?? 0) + (isMore && entries.length < limit ? MAX_READ_ROWS : entries.length);
  const meta = {
    page: Math.ceil((position?.total ?? 0) / limit) + 1,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    next_cursor:
      next === undefined
        ? null
        : await Cursor.seal({ after: next, total: shownCount, isLowerBound: true, searched }, fingerprint),
    as_of: Clock.now(),
  };
  return new Page(entries, {
    ...meta,
    ...(isMore ? { total_is_lower_bound: true } : {}),
    ...describeSearch({ rowCount: entries.length, limit, searched, isStopped: isMore }),
  });
}
