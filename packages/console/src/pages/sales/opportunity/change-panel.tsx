import type { Schemas } from "@crm/sdk/index.ts";
import { ArrowRight } from "lucide-react";
import { useState } from "react";
import type { ApiRow } from "../../../api/row-fields.ts";
import type { Kind } from "../../../api/schema.ts";
import { useTenant } from "../../../api/tenant.ts";
import { EMPTY, formatDate, formatMoney } from "../../../api/value-text.ts";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FigureError } from "../../../records/figures/figure-error.tsx";
import { addDays, type Days } from "../../../records/figures/period-rules.ts";
import type { RowRequest } from "../../../records/figures/row-links.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { type ChangeKind, changeKinds, type DealChange, listDealChanges } from "./deal-changes.ts";
import { DealTitle } from "./deal-title.tsx";
import { useChangedDeals } from "./forecast-data.ts";
import { isNegative, readOwnerQuery } from "./forecast-rules.ts";

type Row = ApiRow<Schemas.OpportunityRow>;

interface ChangePanelProps {
  readonly kind: Kind;
  readonly today: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly month: Days;
  readonly monthName: string;
  /** A request of the owners whose deals count. */
  readonly request: RowRequest | undefined;
}

interface ChangeRow extends DealChange {
  readonly id: string;
  readonly type: ChangeKind;
  readonly record: Row;
}

const WEEK_DAYS = 7;
const ALL = "all";

const nameChange = (kind: ChangeKind, t: Translate): string =>
  ({
    new: t("New"),
    won: t("Won"),
    lost: t("Lost"),
    moved: t("Moved"),
    amount: t("Amount changed"),
    date: t("Close date changed"),
  })[kind];

/** What changed since last week of the deals of a month. */
export function ChangePanel({ kind, today, filters, request, month, monthName }: ChangePanelProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { settings } = useTenant();
  const [chosen, setChosen] = useState(ALL);
  const since = addDays(today, -WEEK_DAYS);
  const changed = useChangedDeals(`${since}T00:00:00Z`, month, request ? readOwnerQuery(request) : {});
  const rows = (changed.data?.deals ?? []).flatMap(({ record, history }) =>
    listDealChanges(history, since).map(
      (change): ChangeRow => ({ ...change, id: `${record.id} ${change.kind}`, type: change.kind, record }),
    ),
  );
  const shown = rows.filter(({ type }) => chosen === ALL || type === chosen);
  const stage = kind.fields.find(({ name }) => name === "stage_id");
  const owner = kind.fields.find(({ name }) => name === "owner_id");
  const valueText = ({ type, record }: ChangeRow, value: string | null): string => {
    if (value === null) return EMPTY;
    if (type === "moved") return stage?.choices?.find(({ id }) => id === value)?.name ?? EMPTY;
    return type === "date" ? formatDate(value, locale) : formatMoney(value, String(record.currency ?? settings.currency), locale);
  };
  const difference = ({ difference: value, record }: ChangeRow): string => {
    if (value === undefined) return "";
    const text = formatMoney(value.replace("-", ""), String(record.currency ?? settings.currency), locale);
    return isNegative(value) ? t("{amount} less", { amount: text }) : t("{amount} more", { amount: text });
  };
  const title = ({ record }: ChangeRow) => <DealTitle kind={kind} row={record} />;
  const columns: TableColumn<ChangeRow>[] = [
    { id: "name", label: kind.label, render: title },
    {
      id: "owner",
      label: owner?.label ?? "",
      render: ({ record }) => (owner ? <FieldValue record={record} field={owner} isCell /> : null),
    },
    { id: "type", label: t("Change"), render: ({ type }) => nameChange(type, t) },
    { id: "before", label: t("Before"), isNumeric: true, render: (row) => valueText(row, row.before) },
    { id: "after", label: t("Now"), isNumeric: true, render: (row) => valueText(row, row.after) },
    { id: "difference", label: t("Difference"), isNumeric: true, render: difference },
  ];
  const counts = changeKinds.map((name) => ({ name, count: rows.filter(({ type }) => type === name).length }));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {changed.error ? <FigureError error={changed.error} onRetry={() => void changed.refetch()} /> : null}
      {changed.isPending ? (
        <div aria-busy="true">
          <Skeleton shape="block" />
        </div>
      ) : null}
      {changed.data && rows.length === 0 ? (
        <EmptyState
          kind="empty"
          title={t("No deal of {month} changed since {day}", { month: monthName, day: formatDate(since, locale) })}
        />
      ) : null}
      {changed.data && rows.length > 0 ? (
        <>
          <div className="min-w-0 tablet:w-field-short">
            <Select
              label={t("Change")}
              value={chosen}
              onChange={(next) => setChosen(String(next))}
              options={[
                { id: ALL, label: `${t("All")} (${rows.length})` },
                ...counts
                  .filter(({ count }) => count > 0)
                  .map(({ name, count }) => ({ id: name, label: `${nameChange(name, t)} (${count})` })),
              ]}
            />
          </div>
          <RowList
            label={t("What changed since {day}", { day: formatDate(since, locale) })}
            columns={columns}
            rows={shown}
            renderCard={(row) => (
              <>
                {title(row)}
                <span className="text-control">
                  {nameChange(row.type, t)}: {valueText(row, row.before)} <ArrowRight className="mirror inline" />{" "}
                  {valueText(row, row.after)}
                </span>
                {row.difference === undefined ? null : <span className="text-meta text-text-muted">{difference(row)}</span>}
              </>
            )}
          />
        </>
      ) : null}
      {changed.data?.isComplete === false ? (
        <p className="text-meta text-text-muted">{t("These are the deals that changed last.")}</p>
      ) : null}
      <Link
        variant="action"
        href={`/crm/analytics/pipeline?${new URLSearchParams({ ...filters, period: "custom", from: since, to: today })}`}
      >
        {t("The pipeline of all months since {day}", { day: formatDate(since, locale) })}
      </Link>
    </div>
  );
}
