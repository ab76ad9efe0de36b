import type { KindSummary } from "../data/schema.ts";
import { formatCount } from "../i18n/formatters.ts";
import { toNoun } from "../i18n/noun.ts";
import type { Translate } from "../i18n/use-text.ts";
import type { BulkChange } from "./bulk-rules.ts";

/** Writes a number of records: `12 leads`. */
export const formatRecords = (count: number, { label, labels }: Pick<KindSummary, "label" | "labels">): string =>
  `${formatCount(count)} ${toNoun(count === 1 ? label : labels)}`;

/** Says how a bulk change ended: `4,298 changed, 12 refused`. */
export function formatOutcome({ action, done, failed, skipped }: BulkChange, t: Translate): string {
  const texts = {
    update: () => t("{count} changed", { count: formatCount(done) }),
    delete: () => t("{count} deleted", { count: formatCount(done) }),
    restore: () => t("{count} restored", { count: formatCount(done) }),
    undo: () => t("{count} reverted", { count: formatCount(done) }),
  };
  const left = action === "undo" ? t("{count} left as they are", { count: formatCount(skipped) }) : undefined;
  return [
    texts[action](),
    ...(failed > 0 ? [t("{count} refused", { count: formatCount(failed) })] : []),
    ...(left !== undefined && skipped > 0 ? [left] : []),
  ].join(", ");
}

/** Says what a bulk change does while it runs. */
export function formatActivity({ action }: Pick<BulkChange, "action">, labels: string, t: Translate): string {
  const kinds = toNoun(labels);
  if (action === "delete") return t("Deleting {kinds}", { kinds });
  if (action === "restore") return t("Restoring {kinds}", { kinds });
  return action === "undo" ? t("Reverting the change of {kinds}", { kinds }) : t("Changing {kinds}", { kinds });
}
