import { Printer } from "lucide-react";
import { useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import type { ConsoleRecord } from "../data/records.ts";
import { formatTitle, type Kind } from "../data/schema.ts";
import { FieldValue } from "../fields/field-value.tsx";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatValue } from "../fields/value-text.ts";
import { formatExact } from "../i18n/time.ts";
import { useText } from "../i18n/use-text.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { PrintTable } from "../kit/print-table.tsx";
import { usePrinting } from "../kit/use-printing.ts";
import type { ListColumn } from "./list-columns.ts";

/** Rows on paper at most. A list may have millions. */
export const MAX_PRINTED_ROWS = 1_000;

interface ListPrintProps {
  readonly kind: Kind;
  /** The name of the view. */
  readonly view: string | undefined;
  readonly columns: readonly ListColumn[];
  readonly rows: readonly ConsoleRecord[];
  readonly total: number;
}

/** The list on paper. The page draws it only while the browser prints. */
export function ListPrint({ kind, view, columns, rows, total }: ListPrintProps) {
  const t = useText();
  const { locale } = useLocale();
  const isPrinting = usePrinting();
  const options = useTextOptions();
  if (!isPrinting) return null;
  const format = (count: number): string => new Intl.NumberFormat(locale).format(count);
  const printed = rows.slice(0, MAX_PRINTED_ROWS);
  return (
    <PrintTable<ConsoleRecord>
      title={[kind.labels, view].filter(Boolean).join(" · ")}
      note={t("{count} of {total}, {time}", {
        count: format(printed.length),
        total: format(total),
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
export function PrintButton({ load }: { readonly load: () => Promise<void> }) {
  const t = useText();
  const [isLoading, setLoading] = useState(false);
  const run = async (): Promise<void> => {
    setLoading(true);
    await load().finally(() => setLoading(false));
    print();
  };
  return (
    <span className="hidden tablet:inline">
      <IconButton isSmall label={t("Print this list")} icon={<Printer />} isPending={isLoading} onPress={() => void run()} />
    </span>
  );
}
