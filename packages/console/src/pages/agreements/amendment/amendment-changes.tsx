import { ArrowRight } from "lucide-react";
import type { Kind } from "../../../api/schema.ts";
import { EMPTY, formatDate, formatMoney, formatValue, isEmptyValue } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { type FigureChange, subtractAmounts } from "./amendment-rules.ts";
import { formatDifference } from "./difference-text.ts";

interface AmendmentChangesProps {
  /** The kind of contracts, whose fields the figures are. */
  readonly kind: Kind;
  readonly figures: readonly FigureChange[];
  readonly currency: string;
}

/** The figures that an amendment sets: the old and the new value, and the difference of amounts. */
export function AmendmentChanges({ kind, figures, currency }: AmendmentChangesProps) {
  const t = useText();
  const options = useTextOptions();
  const findField = (name: string) => kind.fields.find((field) => field.name === name);
  const write = (name: string, value: unknown): string => {
    const field = findField(name);
    if (!field || isEmptyValue(value)) return EMPTY;
    return formatValue(
      { [name]: value, currency, expanded: {} },
      field.type === "money" ? { ...field, format: "exact" } : field,
      options,
    );
  };
  const difference = ({ field, before, after }: FigureChange): string => {
    if (findField(field)?.type !== "money") return "";
    const amount = subtractAmounts(after, before);
    if (amount === undefined) return "";
    return formatDifference(amount, currency, options.locale, "exact");
  };
  const columns: TableColumn<FigureChange>[] = [
    { id: "field", label: t("Figure"), render: ({ field }) => findField(field)?.label ?? field },
    { id: "before", label: t("Before"), isNumeric: true, render: ({ field, before }) => write(field, before) },
    {
      id: "after",
      label: t("After"),
      isNumeric: true,
      render: (figure) => (
        <span className="flex flex-col">
          <strong className="font-semibold">{write(figure.field, figure.after)}</strong>
          <span className="text-meta text-text-muted">{difference(figure)}</span>
        </span>
      ),
    },
  ];
  return (
    <RowList
      label={t("Changes")}
      columns={columns}
      rows={figures.map((figure) => ({ ...figure, id: figure.field }))}
      renderCard={(figure) => (
        <>
          <span className="text-meta text-text-muted">{findField(figure.field)?.label ?? figure.field}</span>
          <span className="text-control">
            {write(figure.field, figure.before)} <ArrowRight className="mirror inline" />{" "}
            <strong className="font-semibold">{write(figure.field, figure.after)}</strong>
          </span>
          <span className="text-meta text-text-muted empty:hidden">{difference(figure)}</span>
        </>
      )}
    />
  );
}

interface Deliverable {
  readonly id: string;
  readonly name?: string;
  readonly quantity?: string;
  readonly amount?: string | null;
  readonly due_date?: string | null;
}

export interface AmendedScope {
  readonly added: readonly Deliverable[];
  readonly changed: readonly { readonly id: string; readonly set: Partial<Deliverable>; readonly before: Deliverable }[];
  readonly removed: readonly { readonly id: string; readonly before: Deliverable }[];
}

/** The deliverables that an amendment adds, changes and removes. */
export function ScopeChanges({ scope, currency }: { readonly scope: AmendedScope; readonly currency: string }) {
  const t = useText();
  const { locale } = useTextOptions();
  const describe = ({ quantity, amount, due_date }: Partial<Deliverable>): string =>
    [
      quantity ? t("Quantity {quantity}", { quantity }) : "",
      amount ? formatMoney(amount, currency, locale, "exact") : "",
      due_date ? t("Due {date}", { date: formatDate(due_date, locale) }) : "",
    ]
      .filter(Boolean)
      .join(" · ");
  const rows = [
    ...scope.added.map((row) => ({
      id: row.id,
      change: t("Added"),
      name: row.name ?? "",
      before: EMPTY,
      after: describe(row) || EMPTY,
    })),
    ...scope.changed.map(({ id, set, before }) => ({
      ...{ id, change: t("Changed"), name: set.name ?? before.name ?? "" },
      ...{ before: describe(before) || EMPTY, after: describe({ ...before, ...set }) || EMPTY },
    })),
    ...scope.removed.map(({ id, before }) => ({
      ...{ id, change: t("Removed"), name: before.name ?? "", before: describe(before) || EMPTY, after: EMPTY },
    })),
  ];
  return (
    <Table
      label={t("Deliverables")}
      columns={[
        { id: "name", label: t("Deliverable"), render: ({ name }) => <span dir="auto">{name}</span> },
        { id: "change", label: t("Change"), render: ({ change }) => change },
        { id: "before", label: t("Before"), render: ({ before }) => before },
        { id: "after", label: t("After"), render: ({ after }) => after },
      ]}
      rows={rows}
      getRowId={({ id }) => id}
    />
  );
}

export interface AmendedClause {
  readonly key: string;
  readonly text: string | null;
  readonly original: { readonly number: string; readonly heading: string | null; readonly text: string | null };
}

/** The clauses that an amendment gives another text, with the old text. */
export function ClauseChanges({ clauses }: { readonly clauses: readonly AmendedClause[] }) {
  const t = useText();
  return (
    <ul aria-label={t("Clauses")} className="flex flex-col gap-4">
      {clauses.map(({ key, text, original }) => (
        <li key={key} className="flex flex-col gap-1 text-control">
          <strong dir="auto" className="font-semibold">{`${original.number} ${original.heading ?? ""}`}</strong>
          <del dir="auto" className="whitespace-pre-wrap wrap-anywhere text-text-muted">
            {original.text ?? ""}
          </del>
          <span dir="auto" className="whitespace-pre-wrap wrap-anywhere">
            {text ?? t("The clause is removed")}
          </span>
        </li>
      ))}
    </ul>
  );
}
