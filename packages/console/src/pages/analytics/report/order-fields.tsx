import { ArrowDownUp, Plus, Trash2 } from "lucide-react";
import { listDrawable } from "../../../records/report/chart-rows.ts";
import {
  type ChartKind,
  chartKinds,
  type Definition,
  MAX_LIMIT,
  MAX_SORTS,
  type ReportChart,
} from "../../../records/report/definition.ts";
import type { ResultColumn } from "../../../records/report/report-columns.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import type { Option } from "../../../ui/kit/option-type.ts";
import { OrderList } from "../../../ui/kit/order-list.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { useReportBuilder } from "./builder-context.ts";
import { ErrorText } from "./builder-parts.tsx";

/** The order of the rows of a report, its columns, and its picture. */

type Sort = NonNullable<Definition["sort"]>;

interface SortListProps {
  /** What the rows can be sorted by. */
  readonly options: readonly Option[];
  readonly value: Sort;
  readonly onChange: (value: Sort) => void;
}

export function SortList({ options, value, onChange }: SortListProps) {
  const t = useText();
  const { findError } = useReportBuilder();
  const free = options.filter(({ id }) => !value.some(({ by }) => by === id));
  const set = (index: number, next: Sort[number]): void =>
    onChange(value.map((entry, position) => (position === index ? next : entry)));
  const orders = [
    { id: "desc", label: t("Descending") },
    { id: "asc", label: t("Ascending") },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {value.map(({ by, order }, index) => (
        <div key={by} className="flex min-w-0 items-start gap-2">
          <div className="min-w-0 flex-1">
            <Select
              label={t("Sort by")}
              isLabelHidden
              options={options.filter(({ id }) => id === by || free.some((other) => other.id === id))}
              value={by}
              onChange={(key) => set(index, { by: String(key), order })}
              {...(findError(`sort[${index}]`) === undefined ? {} : { error: findError(`sort[${index}]`) as string })}
            />
          </div>
          <div className="w-1/3 min-w-0">
            <Select
              label={t("Direction")}
              isLabelHidden
              options={orders}
              value={order}
              onChange={(key) => set(index, { by, order: key === "desc" ? "desc" : "asc" })}
            />
          </div>
          <IconButton
            label={t("Remove {label}", { label: options.find(({ id }) => id === by)?.label ?? by })}
            icon={<Trash2 />}
            onPress={() => onChange(value.filter((_, position) => position !== index))}
          />
        </div>
      ))}
      {value.length >= MAX_SORTS || free[0] === undefined ? null : (
        <span>
          <Button
            isSmall
            variant="quiet"
            icon={value.length === 0 ? <ArrowDownUp /> : <Plus />}
            onPress={() => onChange([...value, { by: String(free[0]?.id), order: "desc" }])}
          >
            {value.length === 0 ? t("Sort the rows") : t("Then by")}
          </Button>
        </span>
      )}
    </div>
  );
}

interface LimitFieldProps {
  readonly value: number | undefined;
  readonly onChange: (limit: number | undefined) => void;
}

export function LimitField({ value, onChange }: LimitFieldProps) {
  const t = useText();
  const { findError } = useReportBuilder();
  const error = findError("limit");
  return (
    <div className="max-w-field">
      <NumberField
        label={t("At most so many rows")}
        note="optional"
        minValue={1}
        maxValue={MAX_LIMIT}
        value={value ?? Number.NaN}
        onChange={(limit) => onChange(Number.isNaN(limit) ? undefined : limit)}
        {...(error === undefined ? {} : { error })}
      />
    </div>
  );
}

interface ColumnListProps {
  readonly value: readonly string[];
  readonly onChange: (columns: readonly string[]) => void;
}

/** The columns of a report without figures. */
export function ColumnList({ value, onChange }: ColumnListProps) {
  const t = useText();
  const { fields, findError } = useReportBuilder();
  const choose = (names: readonly string[]): void => {
    // An amount says little without its currency.
    const added = names.filter((name) => !value.includes(name));
    const currencies = added.flatMap((name) => fields.find((field) => field.name === name)?.currency_field ?? []);
    const missing = currencies.filter((name) => !names.includes(name) && fields.some((field) => field.name === name));
    onChange([...names, ...new Set(missing)]);
  };
  const chosen = value.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  const others = fields.filter(({ name }) => !value.includes(name));
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="rounded-control border border-border">
        <OrderList
          label={t("Columns")}
          entries={[...chosen, ...others].map(({ name, label }) => ({ id: name, label }))}
          chosen={value}
          onChange={choose}
        />
      </div>
      <ErrorText text={findError("columns")} />
    </div>
  );
}

interface ChartFieldsProps {
  readonly columns: readonly ResultColumn[];
  readonly value: ReportChart | undefined;
  readonly onChange: (chart: ReportChart | undefined) => void;
}

const NONE = "none";

/** The picture of a report. */
export function ChartFields({ columns, value, onChange }: ChartFieldsProps) {
  const t = useText();
  const { findError } = useReportBuilder();
  const groups = columns.filter(({ role }) => role === "group");
  const figures = listDrawable(columns);
  const names: Record<ChartKind, string> = {
    bar: t("Bars"),
    stacked: t("Stacked bars"),
    line: t("Line"),
    area: t("Area"),
    funnel: t("Funnel"),
    donut: t("Donut"),
  };
  const toOptions = (entries: readonly ResultColumn[]): Option[] => entries.map(({ key, label }) => ({ id: key, label }));
  if (groups.length === 0 || figures.length === 0)
    return <p className="text-control text-text-muted">{t("A chart needs a measure and a grouping.")}</p>;
  const change = (next: Partial<ReportChart>): void => {
    const chart: Record<string, unknown> = { ...value, ...next };
    onChange(Object.fromEntries(Object.entries(chart).filter(([, part]) => part !== undefined)) as unknown as ReportChart);
  };
  const isWhole = value?.kind === "funnel" || value?.kind === "donut";
  const category = value?.category ?? groups[0]?.key;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Select
        label={t("Chart")}
        options={[{ id: NONE, label: t("No chart") }, ...chartKinds.map((kind) => ({ id: kind, label: names[kind] }))]}
        value={value?.kind ?? NONE}
        onChange={(kind) => (kind === NONE ? onChange(undefined) : change({ kind: kind as ChartKind }))}
      />
      {value === undefined ? null : (
        <>
          {groups.length > 1 ? (
            <Select
              label={t("Categories")}
              options={toOptions(groups)}
              value={category ?? null}
              onChange={(key) => change({ category: String(key), split: undefined })}
              {...(findError("chart.category") === undefined ? {} : { error: findError("chart.category") as string })}
            />
          ) : null}
          {groups.length > 1 && !isWhole ? (
            <Select
              label={t("Break down by")}
              options={[{ id: NONE, label: t("Nothing") }, ...toOptions(groups.filter(({ key }) => key !== category))]}
              value={value.split ?? NONE}
              onChange={(key) => change({ split: key === NONE ? undefined : String(key) })}
              {...(findError("chart.split") === undefined ? {} : { error: findError("chart.split") as string })}
            />
          ) : null}
          {figures.length > 1 ? (
            <Select
              label={t("Measure")}
              options={toOptions(figures)}
              value={value.series?.[0] ?? figures[0]?.key ?? null}
              onChange={(key) => change({ series: [String(key)] })}
              {...(findError("chart.series") === undefined ? {} : { error: findError("chart.series") as string })}
            />
          ) : null}
          {value.kind === "donut" ? (
            <p className="text-meta text-text-muted">{t("A donut shows the three largest parts and the others together.")}</p>
          ) : null}
        </>
      )}
    </div>
  );
}
