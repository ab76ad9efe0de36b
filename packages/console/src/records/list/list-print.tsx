import { Printer } from "lucide-react";
import { useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle } from "../../api/schema.ts";
import { formatValue } from "../../api/value-text.ts";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatCount, formatTotal } from "../../ui/i18n/formatters.ts";
import { formatExact } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { PrintTable } from "../../ui/kit/print-table.tsx";
import { usePrinting } from "../../ui/kit/use-printing.ts";
import type { ListColumn } from "../rows/list-columns.ts";
import { type ListSource, useListRows } from "../rows/use-list-rows.ts";

/** Rows on paper at most. A list may have millions. */
const MAX_PRINTED_ROWS = 1_000;

interface ListPrintProps {
  readonly source: ListSource;
  /** The name of the view. */
  readonly view: string | undefined;
  readonly columns: readonly ListColumn[];
}

/** The list on paper. The page draws it only while the browser prints. */
export function ListPrint(props: ListPrintProps) {
  return usePrinting() ? <PrintedRows {...props} /> : null;
}

function PrintedRows({ source, view, columns }: ListPrintProps) {
  const t = useText();
  const { locale } = useLocale();
  const options = useTextOptions();
  const { kind } = source;
  const { rows, total, isLowerBound } = useListRows(source);
  const printed = rows.slice(0, MAX_PRINTED_ROWS);
  return (
    <PrintTable<ConsoleRecord>
      title={[kind.labels, view].filter(Boolean).join(" · ")}
      note={t("{count} of {total}, {time}", {
        count: formatCount(printed.length, locale),
        total: formatTotal({ total, isLowerBound }, locale),
        time: formatExact(new Date().toISOString(), options),
      })}
      columns={columns.map(({ field, ...column }) => ({
        ...column,
        render: (row) =>
          field === undefined ? (
            formatTitle(kind, row)
          ) : // "Two hours ago" means nothing on paper.
          field.type === "instant" ? (
            formatValue(row, field, options)
          ) : (
            <FieldValue record={row} field={field} isCell />
          ),
      }))}
      rows={printed}
      getRowId={({ id }) => id}
    />
  );
}

/** Loads the rows that fit on paper, then prints the list. */
export function PrintButton({ source }: { readonly source: ListSource }) {
  const t = useText();
  const { list } = useListRows(source);
  const [isLoading, setLoading] = useState(false);
  const loadPages = async (): Promise<void> => {
    let loaded = list;
    const countRows = (): number => (loaded.data?.pages ?? []).reduce((sum, { data }) => sum + data.length, 0);
    while (countRows() < MAX_PRINTED_ROWS && loaded.hasNextPage) loaded = (await list.fetchNextPage()) as typeof list;
  };
  const run = async (): Promise<void> => {
    setLoading(true);
    await loadPages().finally(() => setLoading(false));
    print();
  };
  return (
    <span className="hidden tablet:inline">
      <IconButton isSmall label={t("Print this list")} icon={<Printer />} isPending={isLoading} onPress={() => void run()} />
    </span>
  );
}
