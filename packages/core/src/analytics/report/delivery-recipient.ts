import { runAsSystem } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { runAsAudience } from "../../platform/saved-view/saved-view.ts";
import { Records } from "../../storage/write/records.ts";
import { Reports } from "./report.entity.ts";
import type { RunRecord } from "./report-run.entity.ts";
import { MAX_RECIPIENTS, ReportSchedules } from "./report-schedule.entity.ts";

/** The recipients of a schedule during a delivery. */

/** Refuses a delivery to a user with whom the report is no longer shared. Runs in the context of that user. */
export async function requireReadable({ report_id }: Pick<RunRecord, "report_id">): Promise<void> {
  const report = await runAsAudience(() => Records.find(Reports, report_id));
  if (!report) throw forbidden("The report was deleted, or is no longer shared with this user");
}

/** Records at the schedule that a recipient did not get the report; its owner is told of that once. */
export async function recordSkipped({ schedule_id, owner_id, due_at }: RunRecord, reason: string): Promise<void> {
  if (schedule_id === null || due_at === null) return;
  await runAsSystem("export", async () => {
    if (!(await Records.load(ReportSchedules, schedule_id, { live: true }))) return;
    await Records.change(ReportSchedules, schedule_id, (current) => {
      if (current.skipped.some((entry) => entry.user_id === owner_id && entry.due_at === due_at)) return current;
      return { ...current, skipped: [{ user_id: owner_id, due_at, reason }, ...current.skipped].slice(0, MAX_RECIPIENTS) };
    });
  });
}
