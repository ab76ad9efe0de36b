import type { Schemas } from "@crm/sdk/index.ts";
import { useState } from "react";
import { type Kind, recordPath } from "../../../api/schema.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { findSharedCurrency, formatColumnAmount, labelAmounts } from "../../../input/fields/column-currency.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { formatRate, useComparison } from "./performance-data.ts";
import { formatTracked } from "./tracked-figure.ts";

type Row = Schemas.ComparedCampaign;

const RUNNING = "IN_PROGRESS";

/** The campaigns of a status beside each other: budget, cost, clicks, revenue, ROI. The highest ROI is first. */
export function ComparisonView({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const [status, setStatus] = useState(RUNNING);
  const { locale } = useTextOptions();
  const comparison = useComparison(status);
  const statuses = kind.fields.find(({ name }) => name === "status")?.choices ?? [];
  const rows = comparison.data?.campaigns ?? [];
  const head = findSharedCurrency(rows.map(({ currency }) => currency));
  const money = (amount: string | null, currency: string): string =>
    amount === null ? EMPTY : formatColumnAmount(amount, currency, { head, locale });
  const columns: TableColumn<Row>[] = [
    {
      id: "name",
      label: kind.label,
      render: ({ id, name }) => (
        <Link variant="title" href={recordPath(kind, id)}>
          {name}
        </Link>
      ),
    },
    {
      id: "budget",
      label: labelAmounts(t("Budget"), head),
      isNumeric: true,
      render: ({ budget, currency }) => money(budget, currency),
    },
    {
      id: "cost",
      label: labelAmounts(t("Cost"), head),
      isNumeric: true,
      render: ({ actual_cost, currency }) => money(actual_cost, currency),
    },
    {
      id: "impressions",
      label: t("Impressions"),
      isNumeric: true,
      render: ({ impressions }) => formatCount(impressions, locale),
    },
    { id: "clicks", label: t("Clicks"), isNumeric: true, render: ({ clicks }) => formatTracked(clicks, locale, t) },
    { id: "sent", label: t("Sent"), isNumeric: true, render: ({ sent_count }) => formatCount(sent_count, locale) },
    {
      id: "responses",
      label: t("Response rate"),
      isNumeric: true,
      render: ({ response_rate }) => formatRate(response_rate, locale),
    },
    { id: "leads", label: t("Leads"), isNumeric: true, render: ({ leads_generated }) => formatCount(leads_generated, locale) },
    {
      id: "revenue",
      label: labelAmounts(t("Revenue"), head),
      isNumeric: true,
      render: ({ revenue_generated, currency }) => money(revenue_generated, currency),
    },
    { id: "roi", label: t("ROI"), isNumeric: true, render: ({ roi }) => formatRate(roi, locale) },
  ];
  return (
    <div className="flex h-full min-w-0 flex-col gap-4 overflow-auto px-4 py-4 tablet:px-6" aria-busy={comparison.isPending}>
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-full min-w-field-short tablet:w-fit">
          <Select
            label={t("Status")}
            options={statuses.map(({ code, name }) => ({ id: code, label: name }))}
            value={status}
            onChange={(key) => setStatus(String(key))}
          />
        </div>
        <Link variant="action" href="/crm/campaigns/attribution">
          {t("Attribution")}
        </Link>
      </div>
      {comparison.isPending ? <Skeleton shape="block" /> : null}
      {comparison.error ? <LoadError query={comparison} text={t("The figures could not be loaded")} /> : null}
      {comparison.isSuccess && rows.length === 0 ? (
        <EmptyState kind="nothing-found" title={t("No campaign has this status")}>
          {t("Choose another status to compare its campaigns.")}
        </EmptyState>
      ) : null}
      {rows.length > 0 ? (
        <div className="rounded-card border border-border bg-surface px-4 py-2">
          <Table label={t("Performance")} columns={columns} rows={rows} getRowId={({ id }) => id} />
        </div>
      ) : null}
      {comparison.data && !comparison.data.is_complete ? (
        <p className="text-meta text-text-muted">{t("Only the newest 300 campaigns are compared.")}</p>
      ) : null}
    </div>
  );
}
