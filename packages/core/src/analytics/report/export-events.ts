import type { DomainEvent } from "../../kernel/event.ts";
import { onContinueRequested as onExportEvent } from "../../platform/export/worker.ts";
import { REPORT_RUN } from "./report.kind.ts";
import { onContinueRequested as onReportEvent } from "./run-worker.ts";

/** Handles the events of exports and of report runs. Both read all lists, so one subscriber works them off. */
export const onExportOrReportEvent = (event: DomainEvent): Promise<void> =>
  event.type.startsWith(`${REPORT_RUN.name}.`) ? onReportEvent(event) : onExportEvent(event);
