import { requestTime } from "../../kernel/day.ts";
import { conflict } from "../../kernel/error.ts";
import { hasOpenTasks } from "../../people/activity/record-tasks.ts";
import type { ProjectRecord } from "./project.entity.ts";

/** Returns a project with another status. A project with open tasks is completed only with `force`. The caller sets its place. */
export async function changeStatus(
  current: ProjectRecord,
  status: ProjectRecord["status"],
  { force = false }: { force?: boolean | undefined },
): Promise<ProjectRecord> {
  if (status === current.status) return current;
  if (status === "COMPLETED" && !force)
    await requireNoOpenTasks(current, "The project has open tasks: complete, cancel or move them, or send force");
  const time = requestTime();
  return { ...current, status, status_changed_at: time, completed_at: status === "COMPLETED" ? time : null };
}

export async function requireNoOpenTasks({ id }: ProjectRecord, message: string): Promise<void> {
  if (await hasOpenTasks(id)) throw conflict(message, [{ field: "tasks", message: "Open" }]);
}
