import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useTenant } from "../../../api/tenant.ts";
import { EMPTY, formatDate, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatPercent } from "../../../ui/i18n/formatters.ts";
import { readDay } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { isDecimal } from "../../../ui/kit/decimal.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { type Allocation, addCost, computePercent, describeUse, findCycle, listAllocations } from "./budget-rules.ts";
import { useChannelNames, useMetricSummary } from "./campaign-data.ts";
import type { MetricSummary } from "./campaign-types.ts";

interface BudgetPanelProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** The budget of the present cycle: how much is used, and by which channels. */
export function BudgetPanel({ kind, record }: BudgetPanelProps) {
  const t = useText();
  const { organizationZone } = useTenant();
  const cycle = findCycle(record.budget_cycle, readDay(new Date().toISOString(), organizationZone));
  const summary = useMetricSummary(record.id, { groupBy: "channel", ...cycle });
  if (summary.isPending) return <Skeleton shape="block" />;
  if (summary.error) return <LoadError query={summary} text={t("The figures could not be loaded")} />;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <BudgetUse record={record} summary={summary.data} days={cycle} />
      <AllocationTable kind={kind} record={record} summary={summary.data} />
    </div>
  );
}

interface BudgetUseProps {
  readonly record: ConsoleRecord;
  readonly summary: MetricSummary;
  readonly days: ReturnType<typeof findCycle>;
}

function BudgetUse({ record, summary, days }: BudgetUseProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { currency } = summary;
  const used = addCost(summary.totals.cost, record.other_cost, days === undefined);
  const budget = typeof record.budget === "string" && isDecimal(record.budget) ? record.budget : undefined;
  if (budget === undefined)
    return (
      <EmptyState kind="empty" title={t("This campaign has no budget")}>
        {t("{used} are spent. Enter a budget on the tab Overview to see how much is left.", {
          used: formatMoney(used, currency, locale),
        })}
      </EmptyState>
    );
  const percent = computePercent(used, budget);
  const share = percent === undefined ? EMPTY : formatPercent(percent, locale, 0);
  const money = { used: formatMoney(used, currency, locale), budget: formatMoney(budget, currency, locale) };
  const text = describeUse(record.budget_cycle, { ...money, share }, t);
  const isOver = percent !== undefined && percent >= 100;
  return (
    <section
      aria-label={t("Used budget")}
      className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4"
    >
      <h2 className="text-section font-semibold tabular-nums">{text}</h2>
      <ProgressBar label={text} value={Math.min(percent ?? 0, 100)} max={100} />
      {isOver ? <p className="text-control font-medium text-danger">{t("The budget is used up")}</p> : null}
      <p className="text-meta text-text-muted">
        {days === undefined
          ? t("All daily metrics and other costs of the campaign count.")
          : t("Daily metrics from {from} to {to} count. Other costs have no day, so they do not count here.", {
              from: formatDate(days.from, locale),
              to: formatDate(days.to, locale),
            })}
      </p>
    </section>
  );
}

function AllocationTable({ kind, record, summary }: BudgetPanelProps & { readonly summary: MetricSummary }) {
  const t = useText();
  const { locale } = useTextOptions();
  const money = (amount: string | null): string => (amount === null ? EMPTY : formatMoney(amount, summary.currency, locale));
  const costs = new Map(summary.groups.map(({ key, cost }) => [key, cost]));
  const rows = listAllocations((record.budget_allocations ?? []) as { channel_id: string; amount: string }[], costs);
  const labels = new Map(summary.groups.map(({ key, label }) => [key, label]));
  const nameChannel = useChannelNames(kind);
  if (rows.length === 0)
    return (
      <EmptyState kind="empty" title={t("No channel has a part of the budget")}>
        {t("Enter budget allocations on the tab Overview, or channel costs on the tab Metrics.")}
      </EmptyState>
    );
  const columns: TableColumn<Allocation>[] = [
    { id: "channel", label: t("Channel"), render: ({ id }) => nameChannel(id, labels.get(id) ?? null) },
    { id: "allocated", label: t("Part of the budget"), isNumeric: true, render: ({ allocated }) => money(allocated) },
    { id: "cost", label: t("Cost"), isNumeric: true, render: ({ cost }) => money(cost) },
    {
      id: "left",
      label: t("Left"),
      isNumeric: true,
      render: ({ left }) => <span className={left?.startsWith("-") ? "text-danger" : ""}>{money(left)}</span>,
    },
    {
      id: "share",
      label: t("Used"),
      isNumeric: true,
      render: ({ percent }) => (percent === undefined ? EMPTY : formatPercent(percent, locale, 0)),
    },
  ];
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("By channel")}</h2>
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table label={t("Budget by channel")} columns={columns} rows={rows} getRowId={({ id }) => id} />
      </div>
    </section>
  );
}
