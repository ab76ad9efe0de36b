import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { useWidth } from "../kit/use-width.ts";
import { arrangeColumns, controlWidths, fitColumns } from "./column-fit.ts";
import {
  type CellPosition,
  COLUMN_WIDTH_STEP,
  limitWidth,
  moveCell,
  moveColumn,
  nextEditable,
  nextSorts,
  resolveSingleKey,
  SELECT_KEY,
} from "./grid-keys.ts";
import {
  type EditStep,
  type GridLayout,
  type GridProps,
  type GridSort,
  MENU_COLUMN,
  MIN_FROZEN_WIDTH,
  SELECT_COLUMN,
} from "./grid-types.ts";
import { useColumnModel } from "./use-column-model.ts";
import { useRowWindow } from "./use-row-window.ts";
import { useSelection } from "./use-selection.ts";

const NO_WIDTHS: GridLayout["widths"] = {};

const NO_SORTS: readonly GridSort[] = [];

/** The state of a grid: columns, rows in the window, the one cell in the tab order, the cell that is changed, chosen rows. */
export function useGrid<R>(props: GridProps<R>) {
  const {
    columns,
    rowCount,
    getRow,
    getRowId,
    onRange,
    sorts = NO_SORTS,
    onSort,
    onEdit,
    onOpen,
    onPreview,
    previewed,
    rowMenu,
  } = props;
  const { hasSingleKeys = true } = props;
  const { direction } = useLocale();
  const scroller = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<CellPosition>({ row: 0, column: 0 });
  const [edited, setEdited] = useState<CellPosition>();
  // The focus follows a key only. Without it a grid would take the focus when its rows change.
  const mustFocus = useRef(false);
  const width = useWidth(scroller);
  const { layout, onLayoutChange } = props;
  // Beside a record, a list has whole columns only.
  const isBesideRecord = previewed !== undefined && width > 0;
  const room = width - controlWidths[SELECT_COLUMN] - controlWidths[MENU_COLUMN];
  const widths = layout?.widths ?? NO_WIDTHS;
  const fitting = useMemo(
    () => (isBesideRecord ? fitColumns(columns, widths, room) : columns),
    [columns, widths, isBesideRecord, room],
  );
  // While the user changes widths, the other columns keep theirs.
  const hasOwnWidths = useRef(false);
  const firstWidths = useRef(widths);
  if (!hasOwnWidths.current) firstWidths.current = widths;
  const growingWidths = firstWidths.current;
  const shown = useMemo(
    () => (width > 0 ? arrangeColumns(fitting, growingWidths, room) : fitting),
    [fitting, growingWidths, room, width],
  );
  // Columns without room keep their place.
  const changeLayout = (next: GridLayout): void => {
    if (next.widths !== widths) hasOwnWidths.current = true;
    onLayoutChange?.(
      fitting === columns ? next : { ...next, order: [...new Set([...next.order, ...columns.map(({ id }) => id)])] },
    );
  };
  const model = useColumnModel({
    ...props,
    onLayoutChange: changeLayout,
    columns: shown,
    direction,
    hasSelection: props.selection !== undefined,
    hasMenu: rowMenu !== undefined,
    isFrozen: width >= MIN_FROZEN_WIDTH,
  });
  const window = useRowWindow({ rowCount, focusedRow: active.row, scroller, probe, scrollKey: props.scrollKey, onRange });
  const selection = useSelection(props, window.count);

  const findCell = useCallback(
    ({ row, column }: CellPosition) =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${row}"] > [data-column="${column}"]`) ?? null,
    [],
  );
  const focusCell = useCallback((cell: CellPosition): void => {
    mustFocus.current = true;
    setActive(cell);
  }, []);

  useLayoutEffect(() => {
    if (!mustFocus.current) return;
    const cell = findCell(active);
    if (!cell) return;
    mustFocus.current = false;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // The focus stays in its column. If the column has no room any more, the name of the record gets the focus.
  const columnIds = useRef<readonly string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the columns
  useLayoutEffect(() => {
    const before = columnIds.current;
    columnIds.current = model.columns.map(({ id }) => id);
    const id = before[active.column];
    if (id === undefined || before.length === columnIds.current.length) return;
    const column = columnIds.current.indexOf(id);
    if (column < 0 && document.activeElement === document.body) mustFocus.current = true;
    setActive({ ...active, column: column < 0 ? Math.max(0, columnIds.current.indexOf(columns[0]?.id ?? "")) : column });
  }, [model.columns]);

  const move = (cell: CellPosition): void => {
    if (cell.row >= 0) window.scrollToRow(cell.row);
    focusCell(cell);
    const record = getRow(cell.row);
    if (previewed !== undefined && record !== undefined && getRowId(record) !== previewed) onPreview?.(record);
  };
  const isEditable = model.columns.map(({ column }) => column?.editor !== undefined);
  const latest = useRef({ model, isEditable, onEdit, getRow, count: 0 });
  latest.current = { model, isEditable, onEdit, getRow, count: window.count };
  const finishEdit = useCallback(
    (cell: CellPosition, edit: { readonly value: unknown } | undefined, step: EditStep | undefined): void => {
      const { current } = latest;
      const record = current.getRow(cell.row);
      const id = current.model.columns[cell.column]?.id;
      if (edit && record !== undefined && id !== undefined) current.onEdit?.(record, id, edit.value);
      const next = step === undefined ? undefined : nextEditable(current.isEditable, cell, step, current.count);
      setEdited(next);
      focusCell(next ?? cell);
      // React Aria gives the focus back to an element that may be gone.
      const refocus = (): void => {
        if (document.activeElement === document.body) focusCell(cell);
      };
      if (next === undefined) requestAnimationFrame(() => requestAnimationFrame(refocus));
    },
    [focusCell],
  );
  const startEdit = (position: CellPosition): boolean => {
    const entry = model.columns[position.column];
    const record = getRow(position.row);
    if (!entry?.column || record === undefined) return false;
    if (entry.column.toggle) onEdit?.(record, entry.id, entry.column.toggle(record));
    else if (entry.column.editor) setEdited(position);
    else return false;
    return true;
  };

  /** Enter on a cell: sort, change, or press what is in it. */
  const act = (cell: HTMLElement, position: CellPosition, { isEdit, isAdded }: { isEdit: boolean; isAdded: boolean }): void => {
    const { row, column } = position;
    const entry = model.columns[column];
    if (row < 0) {
      if (entry?.column?.isSortable) onSort?.(nextSorts(sorts, entry.id, isAdded));
      return;
    }
    // The first column names the record: Enter opens it.
    const isName = entry?.id === columns[0]?.id;
    if ((isEdit || !isName) && startEdit(position)) return;
    if (isEdit) return;
    const record = getRow(row);
    const link = cell.querySelector<HTMLElement>("a[href], button");
    if (link) link.click();
    else if (record !== undefined) onOpen?.(record);
  };

  const arrangeColumn = (event: KeyboardEvent, column: number): boolean => {
    const entry = model.columns[column];
    const towardsEnd = (event.key === "ArrowRight") === (direction === "ltr");
    if (!entry?.column || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return false;
    if (event.shiftKey) model.setWidth(entry.id, limitWidth(entry.width + (towardsEnd ? COLUMN_WIDTH_STEP : -COLUMN_WIDTH_STEP)));
    else if (event.altKey && entry.frozenStart === undefined) {
      const order = moveColumn(model.order, entry.id, towardsEnd ? 1 : -1);
      // The first column is frozen, so nothing moves before it.
      if (order[0] === model.order[0]) {
        model.setOrder(order);
        focusCell({ row: -1, column: column + order.indexOf(entry.id) - model.order.indexOf(entry.id) });
      }
    } else return false;
    return true;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const target = event.target as HTMLElement;
    const cell = target.closest<HTMLElement>("[data-column]");
    if (!cell || edited) return;
    const position = readPosition(cell);
    if (target !== cell) {
      // Inside a cell the keys belong to what has the focus, but Esc leads back.
      if (event.key === "Escape") focusCell(position);
      return;
    }
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    const key = resolveSingleKey({ key: event.key, hasModifier }, hasSingleKeys);
    const isHandled = (): boolean => {
      if (position.row < 0 && arrangeColumn(event, position.column)) return true;
      const press = { key, hasControl: event.ctrlKey || event.metaKey, isRightToLeft: direction === "rtl" };
      const next = moveCell(position, { rows: window.count, columns: model.columns.length, page: window.page }, press);
      const record = position.row < 0 ? undefined : getRow(position.row);
      const isPreviewed = record !== undefined && previewed !== undefined && getRowId(record) === previewed;
      if (next && event.shiftKey && position.row >= 0 && next.row !== position.row) {
        const end = Math.max(0, next.row);
        selection.extend(position.row, end);
        move({ ...next, row: end });
      } else if (next) move(next);
      else if (key === "Escape" && previewed !== undefined) onPreview?.(undefined);
      else if (key === "Enter" && isPreviewed) onOpen?.(record);
      else if (key === "Enter" || key === "F2") act(cell, position, { isEdit: key === "F2", isAdded: event.shiftKey });
      else if (key === " " && onPreview && record && model.columns[position.column]?.id !== SELECT_COLUMN) onPreview(record);
      else if (key === " " || key === SELECT_KEY) selection.press(position.row, event.shiftKey);
      else if (key === "ContextMenu" || (key === "F10" && event.shiftKey))
        openMenu(cell.closest("[role=row]")?.querySelector("[aria-haspopup]"));
      else return false;
      return true;
    };
    if (isHandled()) event.preventDefault();
  };

  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const target = event.target as HTMLElement;
    const cell = target.closest<HTMLElement>("[data-column]");
    if (!cell || target.closest("[data-resize]")) return;
    const position = readPosition(cell);
    const entry = model.columns[position.column];
    if (position.row < 0 && target.closest("[data-sort]") && entry) onSort?.(nextSorts(sorts, entry.id, event.shiftKey));
    if (event.detail === 2 && position.row >= 0 && entry?.id !== MENU_COLUMN) startEdit(position);
  };

  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    const cell = event.target.closest<HTMLElement>("[data-column]");
    if (cell) setActive(readPosition(cell));
  };

  return {
    scroller,
    probe,
    model,
    window,
    selection,
    active,
    edited,
    focusCell,
    finishEdit,
    direction,
    /** Whether columns of the record go on beyond the frame. The menu of a row comes into view with the row. */
    isCut: width > 0 && model.width - (rowMenu ? controlWidths[MENU_COLUMN] : 0) > width,
    handlers: { onKeyDown, onClick, onFocus },
  };
}

/** Opens a menu as its button does with the arrow, so that its first entry gets the focus. The cell has it again when the menu closes. */
const openMenu = (button: Element | null | undefined): void =>
  void button?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));

const readPosition = (cell: HTMLElement): CellPosition => ({
  row: Number(cell.parentElement?.dataset.row),
  column: Number(cell.dataset.column),
});
