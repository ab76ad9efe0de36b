import type { DomainEvent } from "../../kernel/event.ts";
import { onContinueRequested as onExportEvent } from "../../platform/export/worker.ts";
import { REPORT_RUN, REPORT_SCHEDULE } from "./report.kind.ts";
import { onContinueRequested as onReportEvent } from "./run-worker.ts";
import { onDeliveryDue } from "./schedule-delivery.ts";

/** Handles the events of exports, report runs and report schedules. All read lists of any kind, so one subscriber works them off. */
export const onExportOrReportEvent = (event: DomainEvent): Promise<void> => {
  if (event.type.startsWith(`${REPORT_SCHEDULE.name}.`)) return onDeliveryDue(event);
  return event.type.startsWith(`${REPORT_RUN.name}.`) ? onReportEvent(event) : onExportEvent(event);
};
