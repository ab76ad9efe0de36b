import { Pencil } from "lucide-react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { editPath, type Kind } from "../../../api/schema.ts";
import { EMPTY, formatAmount } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { numberFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { formatDecimal, isDecimal } from "../../../ui/kit/decimal.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { isOpenDocument, listHeadings, type StoredLine } from "./line-rules.ts";
import { SumRow, showDiscount } from "./line-totals.tsx";

interface PricedStoredLine extends StoredLine {
  readonly line_total: string;
  readonly price_explanation: { readonly rules: readonly { readonly name: string }[] } | null;
}

/** The lines of a quote with their prices, what these are made of, and the sums. */
export function LinePanel({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const { locale } = useTextOptions();
  const lines = (record.line_items ?? []) as readonly PricedStoredLine[];
  const headings = listHeadings(lines);
  const currency = String(record.currency);
  const isChangeable = kind.operations.includes("update") && isOpenDocument(record);
  const edit = isChangeable ? (
    <Link variant="action" href={editPath(kind, record.id)}>
      <span className="inline-flex items-center gap-2">
        <Pencil />
        {t("Edit the lines")}
      </span>
    </Link>
  ) : null;
  if (lines.length === 0)
    return (
      <EmptyState kind="empty" title={t("This quote has no lines")} action={edit}>
        {t("Lines say what is offered, and for how much.")}
      </EmptyState>
    );
  const amount = (value: string): string => formatAmount(value, currency, locale, "exact");
  const percent = (value: string): string =>
    value === "0"
      ? EMPTY
      : numberFormat(locale, { style: "unit", unit: "percent", maximumFractionDigits: 2 }).format(Number(value));
  const quantity = (value: string): string => (isDecimal(value) ? formatDecimal(value, locale) : value);
  const renderName = (line: PricedStoredLine) => (
    <span className="flex min-w-0 flex-col gap-1">
      {headings[lines.indexOf(line)] === null ? null : (
        <span className="text-meta font-semibold text-text-muted">{headings[lines.indexOf(line)]}</span>
      )}
      <span className="flex min-w-0 flex-wrap items-center gap-2">
        <span dir="auto" className="font-medium wrap-anywhere">
          {line.name ?? line.description ?? EMPTY}
        </span>
        {line.optional ? <Tag label={line.chosen ? t("{option}, chosen", { option: t("Optional") }) : t("Optional")} /> : null}
      </span>
      {line.name && line.description ? (
        <span className="text-meta whitespace-pre-line text-text-muted wrap-anywhere">{line.description}</span>
      ) : null}
      {(line.price_explanation?.rules ?? []).map(({ name }) => (
        <span key={name} className="text-meta text-text-muted">
          {t("Price by the rule {name}", { name })}
        </span>
      ))}
    </span>
  );
  const isManual = ({ unit_price_is_manual, list_price }: PricedStoredLine): boolean =>
    unit_price_is_manual && list_price !== null;
  const columns: TableColumn<PricedStoredLine>[] = [
    { id: "name", label: t("Product or service"), render: renderName },
    { id: "quantity", label: t("Quantity"), isNumeric: true, render: (line) => quantity(line.quantity) },
    {
      id: "unit_price",
      label: t("Unit price"),
      isNumeric: true,
      render: (line) => (
        <span title={isManual(line) ? t("Catalog price {price}", { price: amount(line.list_price ?? "") }) : ""}>
          {amount(line.unit_price)}
          {isManual(line) ? <span aria-hidden="true">*</span> : null}
        </span>
      ),
    },
    { id: "discount", label: t("Discount"), isNumeric: true, render: (line) => percent(line.discount_percent) },
    { id: "tax", label: t("Tax"), isNumeric: true, render: (line) => percent(line.tax_percent) },
    { id: "amount", label: t("Amount ({currency})", { currency }), isNumeric: true, render: (line) => amount(line.line_total) },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <span className="flex items-center justify-end">{edit}</span>
      <RowList
        label={t("Lines")}
        rows={lines}
        columns={columns}
        renderCard={(line) => (
          <>
            {renderName(line)}
            <span className="flex items-baseline justify-between gap-2">
              <span className="text-text-muted">{`${quantity(line.quantity)} × ${amount(line.unit_price)}`}</span>
              <span className="font-medium tabular-nums">{amount(line.line_total)}</span>
            </span>
          </>
        )}
      />
      {lines.some(isManual) ? (
        <p className="text-meta text-text-muted">{t("* The price was typed in place of the catalog price.")}</p>
      ) : null}
      <dl className="flex w-full flex-col gap-2 tablet:ms-auto tablet:w-field">
        <SumRow label={t("Subtotal")}>{amount(String(record.subtotal))}</SumRow>
        <SumRow label={t("Discount")}>{showDiscount(String(record.discount_amount), amount)}</SumRow>
        <SumRow label={t("Net amount")}>{amount(String(record.net_amount))}</SumRow>
        <SumRow label={t("Tax")}>{amount(String(record.tax_amount))}</SumRow>
        <SumRow label={t("Shipping")}>{amount(String(record.shipping_amount))}</SumRow>
        <SumRow label={t("Total ({currency})", { currency })} isTotal>
          {amount(String(record.total_amount))}
        </SumRow>
      </dl>
    </div>
  );
}
