import { fieldLabel } from "../../api/field-label.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

/** Names the status of an enrollment where the schema of enrollments is not loaded. */
export function nameEnrollmentStatus(status: string, t: Translate): string {
  const labels: Readonly<Record<string, string>> = {
    PLANNED: t("Planned"),
    ACTIVE: t("Active"),
    WAITING: t("Waiting"),
    HELD: t("On hold"),
    COMPLETED: t("Completed"),
    EXITED: t("Left early"),
    STOPPED: t("Stopped"),
    FAILED: t("Failed"),
  };
  return labels[status] ?? fieldLabel(status.toLowerCase());
}
