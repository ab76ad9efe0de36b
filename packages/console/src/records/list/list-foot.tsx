import { useMemo } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { formatRecords } from "../rows/bulk-text.ts";
import type { ListColumn } from "../rows/list-columns.ts";
import { useListSums } from "../rows/use-list-sums.ts";

interface ListFootProps {
  readonly kind: Kind;
  readonly columns: readonly ListColumn[];
  /** The rows that are loaded. */
  readonly rows: readonly ConsoleRecord[];
  /** Whether these are all rows of the list. */
  readonly isWhole: boolean;
  readonly chosen: ReadonlySet<string>;
}

/** The sums of the chosen rows, or else of all rows. A single sum of all rows stands beside the title of the list, and takes no row. */
export function ListFoot({ kind, columns, rows, isWhole, chosen }: ListFootProps) {
  const t = useText();
  const summed = useMemo(
    () => (chosen.size > 0 ? rows.filter(({ id }) => chosen.has(id)) : isWhole ? rows : undefined),
    [rows, chosen, isWhole],
  );
  const sums = useListSums(columns, summed);
  if (summed === undefined || sums.length === 0 || (sums.length === 1 && chosen.size === 0)) return null;
  return (
    <div className="flex min-h-control-small shrink-0 flex-wrap items-center gap-x-4 border-t border-border px-4 text-meta tabular-nums text-text-muted tablet:px-6">
      <span>{t("Sum of {records}", { records: formatRecords(summed.length, kind, t) })}</span>
      <dl className="flex min-w-0 flex-wrap gap-x-4">
        {sums.map(({ label, text }) => (
          <div key={label} className="flex min-w-0 gap-1">
            <dt>{label}</dt>
            <dd className="truncate font-medium text-text">{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
