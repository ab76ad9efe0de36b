import { type ReactNode, useState } from "react";
import type { Field } from "../../api/schema.ts";
import {
  currencyFor,
  EMPTY,
  formatValue,
  isEmptyValue,
  type LabelledRecord,
  listPartFields,
  readPart,
  readValue,
} from "../../api/value-text.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Table, type TableColumn } from "../../ui/kit/table.tsx";
import { findColumnCurrency, formatColumnAmount, labelAmounts } from "./column-currency.ts";
import { FieldValue } from "./field-value.tsx";
import { useTextOptions } from "./value-provider.tsx";

/** More rows are shown on demand. */
const MAX_ROWS = 10;

interface ItemTableProps {
  readonly record: LabelledRecord;
  /** A list of objects with `columns`. */
  readonly field: Field;
  /** Renders what can be done with an object of the list. Null: nothing. */
  readonly renderActions?: (item: LabelledRecord, name: string) => ReactNode;
}

/** A column of zeros, such as discounts that were not given, says nothing. */
const saysSomething = (value: unknown): boolean => !isEmptyValue(value) && Number(value) !== 0;

type Item = LabelledRecord & { readonly key: string };

/** A list of objects inside a record, such as the lines of an order. */
export function ItemTable({ record, field, renderActions }: ItemTableProps) {
  const t = useText();
  const options = useTextOptions();
  const [showsAll, setShowsAll] = useState(false);
  const items = ((record[field.name] ?? []) as readonly Record<string, unknown>[]).map(
    (part, index): Item => ({ ...readPart(record, part), key: String(part.id ?? index) }),
  );
  const fields = listPartFields(field);
  const shownFields = (field.columns ?? [])
    .flatMap((name) => fields.find((candidate) => candidate.name === name) ?? [])
    .filter((column, index) => index === 0 || items.some((item) => saysSomething(readValue(item, column.name))));
  const shownItems = showsAll ? items : items.slice(0, MAX_ROWS);
  const columns = shownFields.map((column): TableColumn<Item> => {
    if (column.type !== "money")
      return {
        id: column.name,
        label: column.label,
        isNumeric: column.type === "number" || column.type === "integer",
        render: (item) =>
          column === shownFields[0] ? formatValue(item, column, options) : <FieldValue record={item} field={column} isCell />,
      };
    const head = findColumnCurrency(items, column, options);
    return {
      id: column.name,
      label: labelAmounts(column.label, head),
      isNumeric: true,
      render: (item) => {
        const value = readValue(item, column.name);
        const { locale } = options;
        return isEmptyValue(value)
          ? EMPTY
          : formatColumnAmount(String(value), currencyFor(item, column, options), { head, locale, format: "exact" });
      },
    };
  });
  const [nameField] = shownFields;
  const actions = new Map(
    shownItems.map((item) => [
      item.key,
      renderActions?.(item, nameField ? formatValue(item, nameField, options) : field.label) ?? null,
    ]),
  );
  if ([...actions.values()].some((content) => content !== null))
    columns.push({ id: "", label: t("Actions"), isForActions: true, render: ({ key }) => actions.get(key) });
  return (
    <div className="flex min-w-0 flex-col items-start gap-2">
      <div className="w-full min-w-0">
        <Table label={field.label} columns={columns} rows={shownItems} getRowId={({ key }) => key} />
      </div>
      {shownItems.length < items.length ? (
        <span className="-ms-2 print:hidden">
          <Button variant="quiet" isSmall onPress={() => setShowsAll(true)}>
            {t("Show all {count}", { count: items.length })}
          </Button>
        </span>
      ) : null}
    </div>
  );
}
