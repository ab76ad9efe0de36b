import type { Schemas } from "@crm/sdk/index.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Table, type TableColumn } from "../../ui/kit/table.tsx";
import { createNumberColumn } from "./number-column.ts";
import { TableSection } from "./table-section.tsx";

interface ReasonTableProps {
  readonly reasons: readonly Schemas.WinLossReason[];
  readonly currency: string;
}

/** Why opportunities were won and lost. */
export function ReasonTable({ reasons, currency }: ReasonTableProps) {
  const t = useText();
  const { locale } = useTextOptions();
  if (reasons.length === 0) return null;
  const column = createNumberColumn<Schemas.WinLossReason>({ currency, locale });
  const columns: TableColumn<Schemas.WinLossReason>[] = [
    { id: "label", label: t("Reason"), render: ({ label }) => label ?? t("No reason") },
    column("lost_count", t("Lost"), "count"),
    column("lost_value", t("Lost value"), "money"),
    column("lost_share", t("Share of lost"), "percent"),
    column("average_lost_cycle_days", t("Time until lost"), "days"),
    column("won_count", t("Won"), "count"),
    column("won_value", t("Won value"), "money"),
    column("won_share", t("Share of won"), "percent"),
    column("average_won_cycle_days", t("Time until won"), "days"),
  ];
  const title = t("Reasons");
  return (
    <TableSection title={title}>
      <Table label={title} columns={columns} rows={reasons} getRowId={({ key }) => key} />
    </TableSection>
  );
}
