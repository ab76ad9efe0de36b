import { CrmError, ValidationError } from "@crm/sdk/index.ts";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { crm, type ReadQuery, read } from "../../api/client.ts";
import type { ListQuery } from "../../api/kind.ts";
import { type ConsoleRecord, readRecords } from "../../api/records.ts";
import { formatTitle, type Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import type { ListState } from "../../input/filters/list-address.ts";
import { buildListQuery } from "../../input/filters/view-query.ts";
import { readErrors } from "../../input/form/form-state.ts";
import type { Reader } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import { type CalendarEntry, readEntry, readPeriod } from "./calendar-entries.ts";
import { listCalendarQueries, readsPeriod } from "./calendar-queries.ts";
import { describePlace } from "./entry-text.ts";

interface CalendarRows {
  readonly rows: readonly ConsoleRecord[];
  /** Whether there are more than one request reads. */
  readonly isCut: boolean;
}

const PAGE_SIZE = 100;
const MAX_PAGES = 5;

/** The records of the days that a calendar shows, and no others. */
export function useCalendarEntries(kind: Kind, state: ListState, days: readonly string[], timeZone: string) {
  const scope = useScope();
  const { from, to } = readPeriod(days, timeZone);
  const filters = buildListQuery({ ...state, sort: undefined });
  const list = useQuery({
    queryKey: [...scope, "list", kind.kind, "calendar", from, to, filters],
    queryFn: ({ signal }) =>
      readsPeriod(kind, filters)
        ? readPath(kind, { ...(filters as ReadQuery), from, to, timezone: timeZone }, days)
        : readList(kind, listCalendarQueries(kind, filters, { from, to, days }), signal),
    placeholderData: keepPreviousData,
  });
  const entries = useMemo(
    () => (list.data?.rows ?? []).flatMap((row) => findEntry(kind, row, timeZone) ?? []),
    [list.data, kind, timeZone],
  );
  return { list, entries, isCut: list.data?.isCut ?? false };
}

interface KnownEntry {
  readonly kind: Kind;
  readonly timeZone: string;
  readonly entry: CalendarEntry<ConsoleRecord> | undefined;
}

/** The entries of rows. A row that did not change keeps its entry, so that a change of one entry of many draws no other. */
const knownEntries = new WeakMap<ConsoleRecord, KnownEntry>();

function findEntry(kind: Kind, row: ConsoleRecord, timeZone: string): CalendarEntry<ConsoleRecord> | undefined {
  const known = knownEntries.get(row);
  if (known?.kind === kind && known.timeZone === timeZone) return known.entry;
  const entry = readEntry(kind, row, timeZone);
  knownEntries.set(row, { kind, timeZone, entry });
  return entry;
}

/** Reads the entries of a period. The API refuses more than 1,000 in one answer; a period with more is read day by day. */
async function readPath(kind: Kind, query: ReadQuery, days: readonly string[]): Promise<CalendarRows> {
  const path = kind.calendar?.path ?? kind.path;
  const readEntries = async (part: ReadQuery): Promise<ConsoleRecord[]> => (await read<ConsoleRecord[]>(path, part)).data;
  try {
    return { rows: await readEntries(query), isCut: false };
  } catch (error) {
    if (!(error instanceof ValidationError) || days.length < 2) throw error;
    const parts = await Promise.all(days.map((day) => readEntries({ ...query, from: day, to: day })));
    return { rows: [...new Map(parts.flat().map((row) => [row.id, row])).values()], isCut: false };
  }
}

async function readList({ path }: Kind, queries: readonly ListQuery[], signal: AbortSignal): Promise<CalendarRows> {
  const parts = await Promise.all(
    queries.map(async (query) => {
      const rows: ConsoleRecord[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < MAX_PAGES && (page === 0 || cursor); page++) {
        const parameters = { ...query, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
        const { data, meta } = await readRecords({ path }, parameters, signal);
        rows.push(...data);
        cursor = meta.next_cursor as string | null | undefined;
      }
      return { rows, isCut: Boolean(cursor) };
    }),
  );
  const byId = new Map(parts.flatMap(({ rows }) => rows).map((row) => [row.id, row]));
  return { rows: [...byId.values()], isCut: parts.some(({ isCut }) => isCut) };
}

export type EntryChange = Readonly<Record<string, string>>;

/** Writes where an entry stands, at once in the calendar, then on the server. */
export function useEntryChange(kind: Kind, reader: Reader) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const calendarKey = [...scope, "list", kind.kind, "calendar"];
  const put = (id: string, fields: Readonly<Record<string, unknown>>): void => {
    queries.setQueriesData<CalendarRows>(
      { queryKey: calendarKey },
      (data) =>
        data && { ...data, rows: data.rows.map((row) => (row.id === id ? ({ ...row, ...fields } as ConsoleRecord) : row)) },
    );
  };
  /** Says where a record went: who hears this does not see the calendar. */
  const nameMove = (record: ConsoleRecord): string => {
    const [name, entry] = [formatTitle(kind, record), readEntry(kind, record, reader.timeZone)];
    return entry
      ? t("{name} was moved to {time}", { name, time: describePlace(entry, reader) })
      : t("{name} was moved", { name });
  };
  const changeEntry = async (
    { record }: Pick<CalendarEntry<ConsoleRecord>, "record">,
    change: EntryChange,
    isUndo = false,
  ): Promise<void> => {
    const names = Object.keys(change);
    if (names.every((name) => record[name] === change[name])) return;
    const before = Object.fromEntries(names.map((name) => [name, record[name] ?? null]));
    await queries.cancelQueries({ queryKey: calendarKey });
    put(record.id, change);
    try {
      const answer = await crm.request<ConsoleRecord>("PATCH", `${kind.path}/${record.id}`, { body: change });
      put(record.id, answer);
      for (const key of [["list", kind.kind], ["record", kind.kind, record.id], ["timeline"], ["related"]])
        void queries.invalidateQueries({ queryKey: [...scope, ...key], refetchType: "none" });
      showToast({
        text: nameMove({ ...record, ...answer } as ConsoleRecord),
        ...(isUndo
          ? {}
          : { undo: () => void changeEntry({ record: { ...record, ...answer } as ConsoleRecord }, before as EntryChange, true) }),
      });
    } catch (error) {
      put(record.id, before);
      if (!(error instanceof CrmError)) throw error;
      const { form, fields } = readErrors(error, t);
      const reason = Object.values(fields)[0] ?? form ?? "";
      showToast({ text: t("{name} was not moved: {reason}", { name: formatTitle(kind, record), reason }), isError: true });
    }
  };
  return changeEntry;
}
