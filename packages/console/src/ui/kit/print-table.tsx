import { joinClasses } from "./classes.ts";
import type { TableColumn } from "./table.tsx";

interface PrintTableProps<R> {
  readonly title: string;
  /** What is printed, such as the number of rows. */
  readonly note: string;
  readonly columns: readonly TableColumn<R>[];
  readonly rows: readonly R[];
  readonly getRowId: (row: R) => string;
}

/** Rows on paper: all that are loaded, in lines as high as their texts. The head is repeated on each page. */
export function PrintTable<R>({ title, note, columns, rows, getRowId }: PrintTableProps<R>) {
  const align = (isNumeric = false): string => (isNumeric ? "text-number" : "text-start");
  return (
    <section className="hidden print:block">
      <h1 className="text-title font-semibold">{title}</h1>
      <p className="pb-3 text-meta text-text-muted">{note}</p>
      <table className="w-full border-collapse text-meta">
        <thead>
          <tr className="border-b border-border-strong">
            {columns.map(({ id, label, isNumeric }) => (
              <th key={id} scope="col" className={joinClasses("px-1 py-1 font-medium", align(isNumeric))}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={getRowId(row)} className="break-inside-avoid border-b border-border">
              {columns.map(({ id, isNumeric, render }) => (
                <td key={id} className={joinClasses("px-1 py-1 align-top wrap-anywhere", align(isNumeric))}>
                  {render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
