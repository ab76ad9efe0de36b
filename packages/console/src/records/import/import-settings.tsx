import type { Kind } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Table } from "../../ui/kit/table.tsx";
import type { ImportJob } from "./import-data.ts";
import { labelField } from "./mapping-rules.ts";

/** How the columns were read. */
export function ImportSettings({ job, kind }: { readonly job: ImportJob; readonly kind: Kind | undefined }) {
  const t = useText();
  const left = job.ignored ?? [];
  const rows = [
    ...Object.entries(job.mapping).map(([column, field]) => ({ column, field: labelField(field, kind?.fields ?? [], []) })),
    ...left.map(({ column }) => ({ column, field: t("Left out") })),
  ];
  if (rows.length === 0) return null;
  return (
    <section aria-label={t("Columns")} className="flex max-w-form min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Columns")}</h2>
      <Table
        label={t("Columns")}
        rows={rows}
        getRowId={({ column }) => column}
        columns={[
          { id: "column", label: t("Column of the file"), render: ({ column }) => column },
          { id: "field", label: t("Field"), render: ({ field }) => field },
        ]}
      />
    </section>
  );
}
