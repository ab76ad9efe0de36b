import type { KindSummary } from "../../api/schema.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { toNoun, toPluralNoun } from "../../ui/i18n/noun.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import type { BulkChange } from "./bulk-rules.ts";

/** Writes a number of records: `12 leads`. */
export const formatRecords = (count: number, { label, labels }: Pick<KindSummary, "label" | "labels">, t: Translate): string =>
  t("{count, plural, one {# {kind}} other {# {kinds}}}", { count, kind: toNoun(label), kinds: toPluralNoun(labels) });

interface ChosenChange {
  readonly isDelete: boolean;
  /** Labels of the fields that get a value. */
  readonly fields: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Names a bulk change: `Add the tag “spring offer” to 5 leads`. */
export function formatChange({ isDelete, fields, added, removed }: ChosenChange, records: string, t: Translate): string {
  const [field, ...otherFields] = fields;
  if (isDelete) return t("Delete {records}", { records });
  if (field !== undefined && otherFields.length === 0) return t("Change “{field}” of {records}", { field, records });
  if (field !== undefined || added.length + removed.length === 0) return t("Change {records}", { records });
  const values = { tag: [...added, ...removed][0] ?? "", count: added.length + removed.length, records };
  if (removed.length === 0)
    return t("{count, plural, one {Add the tag “{tag}” to {records}} other {Add # tags to {records}}}", values);
  if (added.length === 0)
    return t("{count, plural, one {Remove the tag “{tag}” from {records}} other {Remove # tags from {records}}}", values);
  return t("Change the tags of {records}", { records });
}

/** Names a bulk change on the button that starts it, in the verb of `formatChange`: `Add tag to 5 leads`. */
export function formatVerb({ isDelete, fields, added, removed }: ChosenChange, records: string, t: Translate): string {
  if (isDelete) return t("Delete {records}", { records });
  if (fields.length > 0 || added.length + removed.length === 0) return t("Change {records}", { records });
  const values = { count: added.length + removed.length, records };
  if (removed.length === 0) return t("{count, plural, one {Add tag to {records}} other {Add # tags to {records}}}", values);
  if (added.length === 0)
    return t("{count, plural, one {Remove tag from {records}} other {Remove # tags from {records}}}", values);
  return t("Change the tags of {records}", { records });
}

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
  const kinds = toPluralNoun(labels);
  if (action === "delete") return t("Deleting {kinds}", { kinds });
  if (action === "restore") return t("Restoring {kinds}", { kinds });
  return action === "undo" ? t("Reverting the change of {kinds}", { kinds }) : t("Changing {kinds}", { kinds });
}
