import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { HOME_KEY } from "../../../api/home-data.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type KindSummary, listPath, recordPath } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { formatShownCount } from "../../../api/shown-count.ts";
import { BlockRow, BlockRows, HomeBlock } from "../../../frame/shell/home-block.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { describeDue, formatUntil } from "../../../ui/i18n/lateness.ts";
import { formatTime, readDay } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { useRelatedLink } from "./activity-rows.ts";
import { type DayPlan, MAX_TASKS, type PlannedActivity, planDay, readMeetingState } from "./day-plan.ts";
import { useCompletion } from "./use-completion.ts";

type HomeActivity = ConsoleRecord & PlannedActivity;

const FIELDS =
  "subject,activity_type_id,status,assigned_to_id,due_at,due_time,start_datetime,end_datetime,meeting_location,related_to_type,related_to_id";
/** Overdue activities that are read. The calendar of a week is short. */
const MAX_OVERDUE = 20;
/** Tasks of so many days after today fill the block up to `MAX_TASKS`. */
const LATER_DAYS = 7;
const DAY_MS = 86_400_000;

/** Reads the user's overdue activities and the calendar from today on. Both read an index of the user's activities. */
export function useDay(now: string, isEnabled = true) {
  const scope = useScope();
  const { id: user } = useSession();
  const { timeZone } = useTextOptions();
  const today = readDay(now, timeZone);
  const lastDay = new Date(Date.parse(today) + LATER_DAYS * DAY_MS).toISOString().slice(0, 10);
  const query = { owner: "me", fields: FIELDS, expand: "labels,related_to" };
  const day = useQuery({
    queryKey: [...scope, HOME_KEY, "activity", "day", today, timeZone],
    queryFn: async () => {
      const calendar = { ...query, from: today, to: lastDay, timezone: timeZone };
      const [overdue, entries] = await Promise.all([
        read<HomeActivity[]>("/api/v1/activities/overdue", { ...query, limit: MAX_OVERDUE }),
        read<HomeActivity[]>("/api/v1/activities/calendar", calendar),
      ]);
      return { activities: [...overdue.data, ...entries.data], hasMore: overdue.meta.next_cursor !== null };
    },
    enabled: isEnabled,
  });
  const plan: DayPlan<HomeActivity> = planDay(day.data?.activities ?? [], { now, timeZone, user });
  return { ...day, plan, hasMore: day.data?.hasMore === true };
}

/** Tasks and meetings of today. They come from the same two lists. */
export function DayBlocks({
  kind,
  now,
  part,
}: {
  readonly kind: KindSummary;
  readonly now: string;
  readonly part: "tasks" | "meetings";
}) {
  const day = useDay(now);
  const state = { isLoading: day.isPending, hasFailed: day.isError, onRetry: () => void day.refetch() };
  return part === "tasks" ? (
    <TaskBlock kind={kind} now={now} plan={day.plan} hasMore={day.hasMore} {...state} />
  ) : (
    <MeetingBlock kind={kind} now={now} meetings={day.plan.meetings} {...state} />
  );
}

interface DayBlockProps {
  readonly kind: KindSummary;
  readonly now: string;
  readonly isLoading: boolean;
  readonly hasFailed: boolean;
  readonly onRetry: () => void;
}

function TaskBlock({
  kind,
  now,
  plan,
  hasMore,
  ...state
}: DayBlockProps & { readonly plan: DayPlan<HomeActivity>; readonly hasMore: boolean }) {
  const t = useText();
  const me = useSession();
  const { locale } = useTextOptions();
  const { done, complete } = useCompletion(kind);
  const findRelated = useRelatedLink();
  const isPhone = useIsPhone();
  const allTasks = [...plan.tasks, ...plan.laterTasks];
  const tasks = allTasks.slice(0, MAX_TASKS);
  const all = `${listPath(kind)}?${new URLSearchParams({ assigned_to_id: me.id, is_completed: "false", sort: "due_at" })}`;
  return (
    <HomeBlock
      {...state}
      title={t("My tasks")}
      name={t("tasks")}
      count={formatShownCount(tasks.length, { total: allTasks.length, isLowerBound: hasMore }, locale, t)}
      href={all}
      isEmpty={tasks.length === 0}
    >
      <BlockRows>
        {tasks.map((task) => {
          const related = findRelated(task);
          const due = done.has(task.id) ? null : <DueText task={task} now={now} />;
          return (
            <BlockRow
              key={task.id}
              start={
                <span className="-ms-1 flex pointer-coarse:-ms-3 pointer-coarse:-me-2">
                  <Checkbox
                    aria-label={t("Complete {name}", { name: String(task.subject) })}
                    isSelected={done.has(task.id)}
                    isDisabled={task.status === "BLOCKED"}
                    onChange={(isDone) => void complete(task, isDone)}
                  />
                </span>
              }
              href={recordPath(kind, task.id)}
              title={String(task.subject)}
              isDone={done.has(task.id)}
              about={
                related && isPhone ? (
                  related.title
                ) : related ? (
                  <span className="relative z-1" title={related.title}>
                    <Link variant="muted" href={related.href}>
                      <span className="cut-name">{related.title}</span>
                    </Link>
                  </span>
                ) : null
              }
              end={isPhone && related ? null : due}
              aboutEnd={isPhone && related ? due : null}
            />
          );
        })}
      </BlockRows>
    </HomeBlock>
  );
}

function DueText({ task, now }: { readonly task: HomeActivity; readonly now: string }) {
  const t = useText();
  const options = useTextOptions();
  if (task.due_at === null) return null;
  const { text, isLate } = describeDue({ dueAt: task.due_at, hasTime: task.due_time !== null }, now, options, t);
  return <span className={isLate ? "text-danger" : ""}>{text}</span>;
}

function MeetingBlock({ kind, now, meetings, ...state }: DayBlockProps & { readonly meetings: readonly HomeActivity[] }) {
  const t = useText();
  const options = useTextOptions();
  const findRelated = useRelatedLink();
  const next = meetings.find((meeting) => readMeetingState(meeting, now) === "next");
  return (
    <HomeBlock
      {...state}
      title={t("Meetings today")}
      name={t("meetings")}
      count={formatShownCount(meetings.length, { total: meetings.length, isLowerBound: false }, options.locale, t)}
      isEmpty={meetings.length === 0}
    >
      <BlockRows>
        {meetings.map((meeting) => {
          const isPast = readMeetingState(meeting, now) === "past";
          const about = [findRelated(meeting)?.title, meeting.meeting_location].filter(Boolean).join(" · ");
          return (
            <BlockRow
              key={meeting.id}
              start={
                <span
                  className={`w-time text-control whitespace-nowrap tabular-nums ${isPast ? "text-text-muted" : "font-medium"}`}
                >
                  {formatTime(String(meeting.start_datetime), options)}
                </span>
              }
              href={recordPath(kind, meeting.id)}
              title={String(meeting.subject)}
              about={about}
              isStacked
              isOver={isPast}
              isNext={meeting === next}
              end={
                meeting === next ? (
                  formatUntil(String(meeting.start_datetime), now, options.locale, t)
                ) : readMeetingState(meeting, now) === "now" ? (
                  <span className="text-accent-text">{t("Now")}</span>
                ) : null
              }
            />
          );
        })}
      </BlockRows>
    </HomeBlock>
  );
}
