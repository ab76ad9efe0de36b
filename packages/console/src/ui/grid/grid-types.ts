import type { ReactNode } from "react";

/** Where the change goes on: 1 for Tab, -1 for Shift and Tab. */
export type EditStep = -1 | 1;

export interface CellEditorProps<R, V = unknown> {
  readonly row: R;
  /** Ends the change and keeps the value. */
  readonly commit: (value: V, step?: EditStep) => void;
  /** Ends the change without it. */
  readonly cancel: (step?: EditStep) => void;
}

export interface GridColumn<R> {
  readonly id: string;
  readonly label: string;
  /** In pixels. A user may have changed it (`GridLayout`). */
  readonly width?: number;
  /** What it may have where the grid lacks room. Default: its width. */
  readonly minWidth?: number;
  /** What it may have where the grid has room to spare. Default: its width. */
  readonly maxWidth?: number;
  /** Amounts, counts and percentages stand at the end of the cell. */
  readonly isNumeric?: boolean;
  readonly isSortable?: boolean;
  /** Why the grid cannot be sorted by it now. */
  readonly sortHint?: string;
  readonly render: (row: R) => ReactNode;
  /** The input that takes the place of the cell while it is changed. */
  readonly editor?: (props: CellEditorProps<R>) => ReactNode;
  /** For a value that has no input, because it is one of two: returns the other one. */
  readonly toggle?: (row: R) => unknown;
}

export interface GridSort {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

/** The order and the widths of columns that a user chose. */
export interface GridLayout {
  readonly order: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
}

export interface GridProps<R> {
  readonly label: string;
  /** The first one names the record: it stays in view. */
  readonly columns: readonly GridColumn<R>[];
  /** Of all rows, loaded or not. */
  readonly rowCount: number;
  /** Returns a row, or undefined while it loads. */
  readonly getRow: (index: number) => R | undefined;
  readonly getRowId: (row: R) => string;
  /** Names the list and the visit: a list that is shown again under the same name is scrolled as it was left. */
  readonly scrollKey?: string;
  /** Called with the first and the last row in view, to load them. */
  readonly onRange?: (first: number, last: number) => void;
  /** The columns by which the rows are sorted, the first one first. */
  readonly sorts?: readonly GridSort[];
  readonly onSort?: (sorts: readonly GridSort[]) => void;
  readonly layout?: GridLayout;
  readonly onLayoutChange?: (layout: GridLayout) => void;
  /** The ids of the chosen rows. Without it rows cannot be chosen. */
  readonly selection?: ReadonlySet<string>;
  readonly onSelectionChange?: (selection: ReadonlySet<string>) => void;
  readonly onEdit?: (row: R, column: string, value: unknown) => void;
  /** Whether single keys act: `j` and `k` move, `x` chooses, `e` changes. Default: true. */
  readonly hasSingleKeys?: boolean;
  /** Opens a record: Enter on its name. */
  readonly onOpen?: (row: R) => void;
  /** Shows a record beside the list: Space on a row. Without a row, Esc closes it. Without this, Space chooses a row, as X does. */
  readonly onPreview?: (row: R | undefined) => void;
  /** The id of the record beside the list. While there is one, the record follows the row with the focus, and Enter opens it. */
  readonly previewed?: string;
  /** The entries of the menu of a row. */
  readonly rowMenu?: (row: R) => ReactNode;
}

/** Under this width, in pixels, no column is frozen. */
export const MIN_FROZEN_WIDTH = 560;

/** Columns that are not of the record. */
export const SELECT_COLUMN = "select";
export const MENU_COLUMN = "menu";
