import { formatCount } from "../../ui/i18n/formatters.ts";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import { type BulkChange, countProcessed } from "../rows/bulk-rules.ts";

export const formatProgress = (change: BulkChange): string =>
  change.found === null
    ? formatCount(countProcessed(change))
    : `${formatCount(countProcessed(change))} / ${formatCount(change.found)}`;

/** How far a bulk change is. */
export function ChangeProgress({ change, label }: { readonly change: BulkChange; readonly label: string }) {
  return <ProgressBar label={label} value={countProcessed(change)} max={change.found ?? undefined} />;
}
