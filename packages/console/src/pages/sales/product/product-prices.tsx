import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { useScope } from "../../../api/session.ts";
import { useTenant } from "../../../api/tenant.ts";
import { EMPTY, formatDate, formatMoney } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { readDay } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { findPrice, type PriceEntry } from "./entry-rules.ts";

type Row = ApiRow<Schemas.PriceBookRow>;

const BOOKS_PATH = "/api/v1/price-books";
const MAX_BOOKS = 50;
const MAX_ENTRIES = 100;

interface BookPrices {
  readonly book: Row;
  /** The price of one piece today. Null for none. */
  readonly price: string | null;
  readonly entries: readonly PriceEntry[];
}

const readDate = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

const readBook = ({ is_active, currency, valid_from, valid_to }: Row) => ({
  is_active: is_active === true,
  currency: String(currency),
  valid_from: readDate(valid_from),
  valid_to: readDate(valid_to),
});

/** What a product costs today in each price book, and the prices that each book has for it. */
export function ProductPrices({ record }: { readonly record: ConsoleRecord }) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const { organizationZone } = useTenant();
  const today = readDay(new Date().toISOString(), organizationZone);
  const { data, error, refetch } = useQuery({
    queryKey: [...scope, "list", "price_book", "of product", record.id, record.version, today],
    queryFn: async (): Promise<readonly BookPrices[]> => {
      const product = {
        unit_price: record.unit_price === null ? null : String(record.unit_price),
        currency: String(record.currency),
      };
      const { data: books } = await read<ApiRow<Schemas.PriceBookRow>[]>(BOOKS_PATH, { limit: MAX_BOOKS });
      return Promise.all(
        books.map(async (book) => {
          const { data: entries } = await read<PriceEntry[]>(`${BOOKS_PATH}/${book.id}/entries`, {
            product: record.id,
            limit: MAX_ENTRIES,
          });
          return { book, price: findPrice(product, readBook(book), entries, today), entries };
        }),
      );
    },
  });
  if (error) return <LoadError query={{ error, refetch }} text={t("The prices could not be loaded")} />;
  if (!data) return <Skeleton shape="block" />;
  if (data.length === 0)
    return (
      <EmptyState kind="empty" title={t("There are no price books")}>
        {t("Quotes use the price of the product itself.")}
      </EmptyState>
    );
  const rows = data.map(({ book, price, entries }) => ({ id: book.id, book, price, entries }));
  const money = (price: string | null, book: Row): string =>
    price === null ? EMPTY : formatMoney(price, String(book.currency), locale, "exact");
  const describe = ({ unit_price, min_quantity, valid_from, valid_to }: PriceEntry, book: Row): string => {
    const days = [
      ...(valid_from ? [t("from {from} on", { from: formatDate(valid_from, locale) })] : []),
      ...(valid_to ? [t("until {to}", { to: formatDate(valid_to, locale) })] : []),
    ];
    const pieces = min_quantity > 1 ? [t("from {quantity} pieces on", { quantity: formatCount(min_quantity, locale) })] : [];
    return [money(unit_price, book), ...pieces, ...days].join(" · ");
  };
  const renderBook = (book: Row) => (
    <span className="inline-flex min-w-0 flex-wrap items-center gap-2">
      <Link variant="title" href={`/crm/price-books/view/${book.id}?tab=prices`}>
        {String(book.name)}
      </Link>
      {book.is_default ? <Tag label={t("Default")} hue="blue" /> : null}
      {book.is_active ? null : <Tag label={t("Inactive")} />}
    </span>
  );
  const renderEntries = (entries: readonly PriceEntry[], book: Row) =>
    entries.length === 0 ? (
      <span className="text-text-muted">{t("The price of the product itself")}</span>
    ) : (
      <span className="flex flex-col">
        {entries.map((entry) => (
          <span key={entry.id} className={entry.is_active ? "" : "text-text-muted line-through"}>
            {describe(entry, book)}
          </span>
        ))}
      </span>
    );
  return (
    <RowList
      label={t("Prices by price book")}
      rows={rows}
      columns={[
        { id: "book", label: t("Price book"), render: ({ book }) => renderBook(book) },
        { id: "entries", label: t("Prices"), render: ({ entries, book }) => renderEntries(entries, book) },
        { id: "price", label: t("One piece today"), isNumeric: true, render: ({ price, book }) => money(price, book) },
      ]}
      renderCard={({ book, price, entries }) => (
        <>
          <span className="flex items-baseline justify-between gap-2">
            {renderBook(book)}
            <span className="font-medium tabular-nums">{money(price, book)}</span>
          </span>
          {renderEntries(entries, book)}
        </>
      )}
    />
  );
}
