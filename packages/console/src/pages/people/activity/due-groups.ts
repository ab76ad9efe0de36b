import { addDays, readWeekday, weekdays } from "../../../records/calendar/calendar-days.ts";
import { readDay } from "../../../ui/i18n/time.ts";

/** The groups of open tasks, in their order. `week` ends with Sunday. */
const dueGroups = ["overdue", "today", "tomorrow", "week", "later", "undated"] as const;
export type DueGroup = (typeof dueGroups)[number];

/** `due_at` is an RFC 3339 instant; a task without a time is due at the end of its day. */
type DueTask = Readonly<Record<string, unknown>>;

interface Reader {
  readonly now: string;
  readonly timeZone: string;
}

/** Returns the Sunday of the week of a day. */
const findWeekEnd = (day: string): string => addDays(day, 6 - weekdays.indexOf(readWeekday(day)));

/** Returns the group of a task by its due time, in the time zone of the reader. */
export function findDueGroup({ due_at }: DueTask, { now, timeZone }: Reader): DueGroup {
  if (typeof due_at !== "string") return "undated";
  if (Date.parse(due_at) < Date.parse(now)) return "overdue";
  const [day, today] = [readDay(due_at, timeZone), readDay(now, timeZone)];
  if (day === today) return "today";
  if (day === addDays(today, 1)) return "tomorrow";
  return day <= findWeekEnd(today) ? "week" : "later";
}

/** Groups tasks in the order of the groups. Groups without tasks are left out. */
export function groupByDue<T extends DueTask>(tasks: readonly T[], reader: Reader): { group: DueGroup; tasks: T[] }[] {
  const byGroup = Map.groupBy(tasks, (task) => findDueGroup(task, reader));
  return dueGroups.flatMap((group) => {
    const found = byGroup.get(group);
    return found ? [{ group, tasks: found }] : [];
  });
}
