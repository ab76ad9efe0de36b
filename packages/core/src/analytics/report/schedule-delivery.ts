import { Clock } from "../../kernel/clock.ts";
import { runAsSystem, useRequest, useSettings } from "../../kernel/context.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { Reports } from "./report.entity.ts";
import { ReportSchedules } from "./report-schedule.entity.ts";
import { ReportRun } from "./run.ts";
import { findNextDue } from "./schedule.rules.ts";

/**
 * Delivers a report when its schedule is due: one run for each recipient, then the next instant. The ids of the runs follow from schedule, instant and
 * recipient, so a delivery that was killed continues and sends nothing twice. After an outage one delivery catches up. A schedule whose report is deleted,
 * or whose owner left, ends.
 */
export const onDeliveryDue = createClockListener((id, due_at) => runAsSystem("export", () => deliver(id, due_at)));

async function deliver(id: string, due_at: string): Promise<void> {
  const schedule = await Clocks.loadDue(ReportSchedules, id, "delivery", due_at);
  if (!schedule) return;
  const report = await Records.load(Reports, schedule.report_id, { live: true });
  const owner = await buildActorContext(schedule.owner_id, {
    authority: "reader",
    request: useRequest().id,
    isReadOnly: true,
  });
  const isKept = report !== undefined && owner !== undefined;
  if (isKept) for (const recipient of schedule.recipients) await ReportRun.startDelivery(report, schedule, due_at, recipient);
  await Clocks.runDue(ReportSchedules, id, "delivery", due_at, (current) => {
    if (!isKept) return { ...current, is_active: false, next_at: null };
    const skipped = current.skipped.filter((entry) => entry.due_at === due_at);
    const next_at = findNextDue(current, useSettings().timezone, Clock.now());
    return { ...current, last_due_at: due_at, skipped, next_at };
  });
}
