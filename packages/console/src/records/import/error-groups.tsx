import type { Kind } from "../../api/schema.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Table } from "../../ui/kit/table.tsx";
import { groupErrors } from "./correction-rules.ts";
import { type ImportJob, useRejectedRows } from "./import-data.ts";

const MAX_GROUPS = 10;

/** Why rows are refused: by column and reason, the most frequent first. */
export function ErrorGroups({ kind, job }: { readonly kind: Kind; readonly job: ImportJob }) {
  const t = useText();
  const { data } = useRejectedRows(job.id);
  // As high as a table of few reasons, so that the buttons below it stay in their place.
  if (!data)
    return (
      <div className="flex flex-col gap-2" aria-busy="true">
        <Skeleton shape="control" />
        <Skeleton shape="control" />
      </div>
    );
  const rows = data.pages.flatMap((page) => page.rows);
  const groups = groupErrors(rows);
  const labelFor = (field: string): string => kind.fields.find(({ name }) => name === field)?.label ?? "";
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Table
        label={t("Why rows are refused")}
        rows={groups.slice(0, MAX_GROUPS)}
        getRowId={({ field, message }) => `${field} ${message}`}
        columns={[
          { id: "column", label: t("Column"), render: ({ column, field }) => column ?? labelFor(field) },
          { id: "reason", label: t("Reason"), render: ({ message }) => message },
          { id: "count", label: t("Rows"), isNumeric: true, render: ({ count }) => formatCount(count) },
        ]}
      />
      {job.failed > rows.length ? (
        <p className="text-meta text-text-muted">
          {t("Of the first {count} refused rows.", { count: formatCount(rows.length) })}
        </p>
      ) : null}
    </div>
  );
}
