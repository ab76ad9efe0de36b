import type { Translate } from "../../ui/i18n/use-text.ts";
import type { CountFigure } from "./figure-list.tsx";
import type { ImportJob } from "./import-data.ts";

/** What is said of an import in more than one place. */

/** Counts of an import, in the words of what has happened, or of what would. */
export function listCounts(
  { created, updated, skipped, failed, options }: Pick<ImportJob, "created" | "updated" | "skipped" | "failed" | "options">,
  t: Translate,
): CountFigure[] {
  const isCheck = options.dry_run;
  return [
    { id: "created", label: isCheck ? t("would be created") : t("created"), value: created },
    { id: "updated", label: isCheck ? t("would be updated") : t("updated"), value: updated },
    { id: "skipped", label: isCheck ? t("would stay as they are") : t("left as they were"), value: skipped },
    { id: "failed", label: isCheck ? t("would be refused") : t("refused"), value: failed, isBad: true },
  ];
}

/** Says what an import does at the moment. */
export const nameActivity = ({ status, options }: Pick<ImportJob, "status" | "options">, t: Translate): string =>
  status === "reverting"
    ? t("The import is being undone")
    : options.dry_run
      ? t("The rows are being checked")
      : t("The rows are being imported");
