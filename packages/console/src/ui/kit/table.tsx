import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { joinClasses } from "./classes.ts";
import { useCut } from "./use-cut.ts";

export interface TableColumn<R> {
  readonly id: string;
  readonly label: string;
  readonly isNumeric?: boolean;
  /** The column of the buttons of a row. Its label is for screen readers. */
  readonly isForActions?: boolean;
  /** Whether a press on its head sorts by it, where the table can be sorted. */
  readonly isSortable?: boolean;
  readonly render: (row: R) => ReactNode;
  /** Whether a row has a value. A column without one in any row is left out. Without it the column always stays. */
  readonly hasValue?: (row: R) => boolean;
}

export interface TableSort {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

interface TableProps<R> {
  readonly label: string;
  readonly columns: readonly TableColumn<R>[];
  readonly rows: readonly R[];
  readonly getRowId: (row: R) => string;
  /** Rows of sums. */
  readonly footRows?: readonly R[];
  readonly sort?: TableSort | undefined;
  /** Called with the order that a press on a head asks for. */
  readonly onSort?: (sort: TableSort) => void;
}

const alignment = (isNumeric = false): string => (isNumeric ? "text-number whitespace-nowrap" : "text-start");

/** A text after a number has more room, so that the two do not read as one. */
const startPadding = (columns: readonly TableColumn<never>[], index: number): string =>
  columns[index - 1]?.isNumeric && !columns[index]?.isNumeric ? "ps-8" : "ps-4";

/** The first column stays while the others are scrolled under it. */
const firstClass = "start-0 in-data-shifted:sticky in-data-shifted:z-1 in-data-shifted:bg-surface";

/** The buttons do not make the rows higher. */
const actionsClass = "w-0 py-0 ps-2 pe-1 text-end align-baseline print:hidden";

/**
 * A table that is read and not edited, such as the lines of an order. A wide one scrolls in its own frame: it fades where it goes on, and its first
 * column stays.
 */
export function Table<R>({ label, rows, getRowId, footRows = [], sort, onSort, ...props }: TableProps<R>) {
  const columns = props.columns.filter(({ hasValue }) => hasValue === undefined || rows.some(hasValue));
  const frame = useRef<HTMLDivElement>(null);
  useCut(frame);
  const renderRow = (row: R, weight: string): ReactNode =>
    columns.map(({ id, isNumeric, isForActions, render }, index) =>
      index === 0 ? (
        <th
          key={id}
          scope="row"
          className={joinClasses(firstClass, "min-w-field-short py-2 pe-4 text-start align-baseline wrap-anywhere", weight)}
        >
          {render(row)}
        </th>
      ) : (
        <td
          key={id}
          className={
            isForActions ? actionsClass : joinClasses("py-2 align-baseline", startPadding(columns, index), alignment(isNumeric))
          }
        >
          {render(row)}
        </td>
      ),
    );
  return (
    <div
      ref={frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrows scroll a wide table
      tabIndex={0}
      className="min-w-0 overflow-x-auto outline-none data-cut:fade-end focus-visible:ring-inside print:overflow-visible"
    >
      <table aria-label={label} className="w-full border-collapse text-control">
        <thead>
          <tr className="border-b border-border text-meta text-text-muted">
            {columns.map(({ id, label: name, isNumeric, isForActions, isSortable }, index) => (
              <th
                key={id}
                scope="col"
                aria-sort={sort?.column === id ? sort.direction : undefined}
                className={joinClasses(
                  "py-2 font-medium print:whitespace-normal!",
                  index === 0 && firstClass,
                  index === 0 ? "pe-4" : startPadding(columns, index),
                  index === 0 ? "text-start" : alignment(isNumeric),
                  isForActions && "print:hidden",
                )}
              >
                {isForActions ? (
                  <span className="sr-only">{name}</span>
                ) : isSortable && onSort ? (
                  <SortButton column={id} label={name} sort={sort?.column === id ? sort : undefined} onSort={onSort} />
                ) : (
                  name
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={getRowId(row)} className="border-b border-border last:border-b-0">
              {renderRow(row, "font-normal")}
            </tr>
          ))}
        </tbody>
        {footRows.length === 0 ? null : (
          <tfoot>
            {footRows.map((row) => (
              <tr key={getRowId(row)} className="border-t border-border-strong font-semibold">
                {renderRow(row, "font-semibold")}
              </tr>
            ))}
          </tfoot>
        )}
      </table>
    </div>
  );
}

interface SortButtonProps {
  readonly column: string;
  readonly label: string;
  /** The order of the table, if it is that of this column. */
  readonly sort: TableSort | undefined;
  readonly onSort: (sort: TableSort) => void;
}

/** The name of a column. The first press sorts ascending, the next one descending. */
function SortButton({ column, label, sort, onSort }: SortButtonProps) {
  const direction = sort?.direction === "ascending" ? "descending" : "ascending";
  return (
    <Button
      onPress={() => onSort({ column, direction })}
      className="inline-flex min-h-target items-center gap-1 rounded-small text-start font-medium focus-ring data-hovered:text-text"
    >
      {label}
      {sort === undefined ? null : sort.direction === "ascending" ? <ArrowUp /> : <ArrowDown />}
    </Button>
  );
}
