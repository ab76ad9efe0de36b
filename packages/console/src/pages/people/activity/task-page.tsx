import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import { rowFields } from "../../../api/row-fields.ts";
import { type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { BlockRow, BlockRows } from "../../../frame/shell/home-block.tsx";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatDue } from "../../../ui/i18n/lateness.ts";
import { formatDayShort, formatTime } from "../../../ui/i18n/time.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { ActivityPage } from "./activity-page.tsx";
import { type ActivityRow, useActivities, useParameters, useRelatedLink } from "./activity-rows.ts";
import { type DueGroup, groupByDue } from "./due-groups.ts";
import { OwnerChoice } from "./owner-choice.tsx";
import { useCompletion } from "./use-completion.ts";

const OPEN_TASKS = { activity_type_id: "task", is_completed: "false", sort: "due_at", order: "asc" } as const;
const SHOWN = rowFields<Schemas.ActivityRow>()("subject");
type Row = ActivityRow<(typeof SHOWN)[number]>;

const nameGroups = (t: Translate): Readonly<Record<DueGroup, string>> => ({
  overdue: t("Overdue"),
  today: t("Today"),
  tomorrow: t("Tomorrow"),
  week: t("This week"),
  later: t("Later"),
  undated: t("Without a due date"),
});

/** Open tasks by when they are due. They are completed in place. */
export function TaskPage() {
  const t = useText();
  const { data: kind } = useKind("activity");
  const [{ of }, change] = useParameters();
  const isMine = of !== "all";
  return (
    <ActivityPage
      title={t("Tasks")}
      creation={{ label: t("New task"), preset: { activity_type_id: "task" } }}
      actions={
        <Link variant="action" href="/crm/advanced-features/task-management">
          {t("Board of tasks")}
        </Link>
      }
      bar={<OwnerChoice isMine={isMine} onChange={(next) => change({ of: next ? undefined : "all" })} />}
      isLoading={!kind}
    >
      {kind ? <TaskList kind={kind} isMine={isMine} /> : <Skeleton shape="block" />}
    </ActivityPage>
  );
}

function TaskList({ kind, isMine }: { readonly kind: Kind; readonly isMine: boolean }) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const { list, rows } = useActivities(kind, { isMine, query: OPEN_TASKS, shown: SHOWN });
  const now = new Date().toISOString();
  const groups = useMemo(() => groupByDue(rows, { now: new Date().toISOString(), timeZone }), [rows, timeZone]);
  const names = nameGroups(t);
  const completion = useCompletion(kind);
  return (
    <ListState
      query={list}
      isEmpty={rows.length === 0}
      empty={
        <EmptyState kind="empty" title={isMine ? t("You have no open task") : t("There is no open task")}>
          {t("Tasks that you plan on records stand here by their due date.")}
        </EmptyState>
      }
    >
      {groups.map(({ group, tasks }) => (
        <section key={group} aria-label={names[group]} className="flex min-w-0 flex-col gap-2">
          <h2 className={`text-body font-semibold ${group === "overdue" ? "text-danger" : ""}`}>
            {names[group]} <span className="font-normal tabular-nums text-text-muted">{tasks.length}</span>
          </h2>
          <div className="rounded-card border border-border bg-surface py-1">
            <BlockRows>
              {tasks.map((task) => (
                <TaskRow key={task.id} kind={kind} task={task} group={group} isMine={isMine} now={now} {...completion} />
              ))}
            </BlockRows>
          </div>
        </section>
      ))}
    </ListState>
  );
}

interface TaskRowProps extends ReturnType<typeof useCompletion> {
  readonly kind: Kind;
  readonly task: Row;
  readonly group: DueGroup;
  readonly isMine: boolean;
  readonly now: string;
}

function TaskRow({ kind, task, group, isMine, now, done, complete }: TaskRowProps) {
  const t = useText();
  const options = useTextOptions();
  const related = useRelatedLink()(task);
  const [assignee] = [task.expanded?.assigned_to_id].flat();
  const isDone = done.has(task.id);
  const canChange = kind.operations.includes("update") && task.status !== "BLOCKED";
  return (
    <BlockRow
      start={
        <span className="-ms-1 flex pointer-coarse:-ms-3 pointer-coarse:-me-2">
          <Checkbox
            aria-label={t("Complete {name}", { name: String(task.subject) })}
            isSelected={isDone}
            isDisabled={!canChange}
            onChange={(next) => void complete(task, next)}
          />
        </span>
      }
      href={recordPath(kind, task.id)}
      title={String(task.subject)}
      isDone={isDone}
      about={
        related ? (
          <span className="relative z-1" title={related.title}>
            <Link variant="muted" href={related.href}>
              <span className="cut-name">{related.title}</span>
            </Link>
          </span>
        ) : null
      }
      end={
        <>
          {isDone || !task.due_at ? null : (
            <span className={group === "overdue" ? "text-danger" : ""}>{describeDue(task, group, { now, ...options }, t)}</span>
          )}
          {isMine || !assignee?.name ? null : <Avatar name={assignee.name} />}
        </>
      }
    />
  );
}

interface DueReader {
  readonly now: string;
  readonly locale: string;
  readonly timeZone: string;
}

/** Says when a task is due: how long ago, at which time, or on which day. */
function describeDue({ due_at, due_time }: Row, group: DueGroup, reader: DueReader, t: Translate): string {
  const due = String(due_at);
  if (group === "overdue") return formatDue({ dueAt: due, hasTime: Boolean(due_time) }, reader.now, reader, t);
  const time = due_time ? formatTime(due, reader) : "";
  if (group === "today" || group === "tomorrow") return time;
  return [formatDayShort(due, reader.now, reader), time].filter(Boolean).join(" ");
}
