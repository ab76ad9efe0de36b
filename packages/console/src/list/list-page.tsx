import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Download, Plus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { buildSelectionQuery } from "../bulk/bulk-rules.ts";
import { exportRecords } from "../bulk/export-records.ts";
import { canSelect, SelectionBar } from "../bulk/selection-bar.tsx";
import type { ListQuery } from "../data/kind.ts";
import { usePreferences } from "../data/preferences.ts";
import { type ConsoleRecord, PAGE_SIZE, useRecordList } from "../data/records.ts";
import { type Field, formatTitle, type Kind, type KindSummary, recordPath, useKind } from "../data/schema.ts";
import { FieldValue } from "../fields/field-value.tsx";
import { readValue } from "../fields/value-text.ts";
import { CreateDrawer } from "../form/create-drawer.tsx";
import { readErrors } from "../form/form-state.ts";
import type { GridColumn, GridLayout } from "../grid/grid-types.ts";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { CardList } from "../kit/card-list.tsx";
import { EmptyState } from "../kit/empty-state.tsx";
import { FilterBuilder } from "../kit/filter-builder.tsx";
import { Grid } from "../kit/grid.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import { Link } from "../kit/link.tsx";
import { SearchInput } from "../kit/search-input.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { Tag } from "../kit/tag.tsx";
import { useIsPhone } from "../kit/use-media.ts";
import { PreviewSplit } from "../preview/preview-split.tsx";
import { RowActions } from "../preview/row-actions.tsx";
import { usePreview } from "../preview/use-preview.ts";
import { canBeEmpty, canEditCell, chooseEditor } from "./cell-edit.ts";
import { type CellEdit, CellEditor } from "./cell-editor.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { type DisplayMode, listDisplayModes } from "./display.ts";
import { DisplayMenu } from "./display-menu.tsx";
import { DisplaySwitch } from "./display-switch.tsx";
import { formatConditions } from "./list-address.ts";
import { ListCard } from "./list-card.tsx";
import { type ListColumn, listCardNames } from "./list-columns.ts";
import { ListPrint, MAX_PRINTED_ROWS, PrintButton } from "./list-print.tsx";
import { useDefaultViews, useFavorites } from "./saved-views.ts";
import { type EditConflict, useCellEdit } from "./use-cell-edit.ts";
import { useFilterFields } from "./use-filter-fields.ts";
import { useListState } from "./use-list-state.ts";
import { ViewBar } from "./view-bar.tsx";
import { buildListQuery } from "./view-query.ts";

/** The list of a kind: filters, sort order, rows. The address holds its state, so that it can be shared. */
export function ListPage({ summary, mode }: { readonly summary: KindSummary; readonly mode?: DisplayMode }) {
  const { data: kind } = useKind(summary.kind);
  // They load beside the schema of the kind.
  usePreferences();
  useDefaultViews();
  useFavorites();
  return kind ? <RecordList kind={kind} pathMode={mode} /> : <ListSkeleton summary={summary} />;
}

function ListSkeleton({ summary }: { readonly summary: KindSummary }) {
  return (
    <div className="flex flex-col gap-4 px-4 py-3 tablet:px-6" aria-busy="true">
      <h1 className="text-title font-semibold">{summary.labels}</h1>
      <Skeleton shape="control" />
      <Skeleton shape="block" />
    </div>
  );
}

const BoardView = lazy(() => import("../board/board-view.tsx").then(({ BoardView: view }) => ({ default: view })));
const CalendarView = lazy(() => import("../calendar/calendar-view.tsx").then(({ CalendarView: view }) => ({ default: view })));

/** Rows below the visible ones that are loaded ahead. */
const ROWS_AHEAD = 250;
/** Rows in the place of those that load. */
const PENDING_ROWS = 12;

/** `pathMode`: how the path of the page shows the records. */
function RecordList({ kind, pathMode }: { readonly kind: Kind; readonly pathMode: DisplayMode | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const model = useListState(kind, pathMode);
  const { state, columns, widths, display, change } = model;
  const isList = display.mode === "list";
  const modes = useMemo(() => listDisplayModes(kind), [kind]);
  const [isCreating, setCreating] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const visit = useRouterState({ select: ({ location }) => location.state.__TSR_key });
  const preview = usePreview(kind);
  const query = useMemo(() => buildListQuery(state), [state]);
  const list = useRecordList(kind, query, {
    shown: isPhone ? listCardNames(kind) : columns.map(({ id }) => id),
    isEnabled: isList && !model.isLoading && !model.isMissing,
  });
  const selectionQuery = useMemo(() => buildSelectionQuery(query), [query]);
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  // The counter of the API follows a write within moments, so it may not count a new record yet.
  const counted = list.data?.pages[0]?.meta.total ?? 0;
  const total = list.data && !list.hasNextPage ? rows.length : Math.max(counted, rows.length);
  const gridColumns = useMemo(() => columns.map((column) => buildGridColumn(kind, column)), [kind, columns]);
  const cells = useCellEdit(
    kind,
    columns.map(({ id }) => id),
  );
  const hasSingleKeys = usePreferences().data?.single_key_shortcuts ?? true;
  const filterFields = useFilterFields(kind, state.conditions);
  // Rows that another view or filter shows are not chosen.
  const queryKey = JSON.stringify(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the query
  useEffect(() => setChosen(new Set()), [queryKey]);
  const layout = useMemo(() => ({ order: columns.map(({ id }) => id), widths }), [columns, widths]);
  const changeLayout = (next: GridLayout): void => {
    const order = next.order.filter((name) => columns.some(({ id }) => id === name));
    if (order.length > 0 && order.join() !== layout.order.join()) model.setColumns(order.slice(1));
    if (next.widths !== widths) model.setWidths(next.widths);
  };
  const loadRange = (_first: number, last: number): void => {
    if (last + ROWS_AHEAD > rows.length && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  };
  // Totals of some filters are lower bounds, and a page may have fewer rows than it could.
  const rowCount = !list.data ? PENDING_ROWS : list.hasNextPage ? Math.max(total, rows.length + 1) : rows.length;
  const loadPrinted = async (): Promise<void> => {
    let loaded = list;
    for (let page = list.data?.pages.length ?? 0; page < MAX_PRINTED_ROWS / PAGE_SIZE && loaded.hasNextPage; page++)
      loaded = (await list.fetchNextPage()) as typeof list;
  };
  const isFiltered =
    Object.keys(formatConditions(state.conditions)).length > 0 || state.search !== "" || query.where !== undefined;
  const canCreate = kind.operations.includes("create");
  return (
    <>
      <ListPrint kind={kind} view={model.view?.name} columns={columns} rows={rows} total={total} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col print:hidden">
        <header className="flex min-h-page-head shrink-0 flex-wrap items-center gap-3 px-4 py-2 tablet:px-6">
          <h1 className="min-w-0 truncate text-title font-semibold">{kind.labels}</h1>
          <span className={`text-control tabular-nums text-text-muted ${isList ? "min-w-8" : ""}`}>
            {list.data && isList ? new Intl.NumberFormat(document.documentElement.lang).format(total) : ""}
          </span>
          <DisplaySwitch modes={modes} value={display.mode} onChange={(mode) => model.setDisplay({ ...display, mode })} />
          <span className="ms-auto flex items-center gap-2">
            {kind.operations.includes("export") ? <ExportButton kind={kind} query={query} /> : null}
            {canCreate && isPhone ? (
              <IconButton
                variant="primary"
                label={t("New {kind}", { kind: toNoun(kind.label) })}
                icon={<Plus />}
                onPress={() => setCreating(true)}
              />
            ) : canCreate ? (
              <Button variant="primary" icon={<Plus />} onPress={() => setCreating(true)}>
                {t("New {kind}", { kind: toNoun(kind.label) })}
              </Button>
            ) : null}
          </span>
        </header>
        <ViewBar kind={kind} model={model}>
          <PrintButton load={loadPrinted} />
          {isPhone ? null : <DisplayMenu kind={kind} model={model} />}
        </ViewBar>
        <div
          className={`flex shrink-0 items-start gap-2 px-4 py-2 tablet:flex-nowrap tablet:px-6 ${state.conditions.length > 0 ? "flex-wrap" : ""}`}
        >
          <SearchInput
            key={`search ${model.viewId ?? ""}`}
            label={t("Search {kinds}", { kinds: toNoun(kind.labels) })}
            value={state.search}
            onSearch={(search) => change({ search })}
            shortcut={hasSingleKeys ? "/" : undefined}
          />
          <FilterBuilder
            key={`filters ${model.viewId ?? ""}`}
            fields={filterFields}
            value={state.conditions}
            onChange={(conditions) => change({ conditions })}
          />
          {state.where === undefined ? null : (
            <span className="flex h-control-small shrink-0 items-center">
              <Tag label={t("Further conditions of the view")} />
            </span>
          )}
        </div>
        <div className="relative min-h-0 min-w-0 flex-1 border-t border-border" aria-busy={list.isPlaceholderData}>
          {list.isPlaceholderData ? (
            <div className="absolute inset-x-0 top-0 z-3 animate-pulse border-t-2 border-accent" />
          ) : null}
          <Suspense>
            {display.mode === "board" ? <BoardView kind={kind} state={state} /> : null}
            {display.mode === "calendar" ? (
              <CalendarView kind={kind} state={state} display={display} onDisplay={model.setDisplay} />
            ) : null}
          </Suspense>
          {isList ? (
            <ListBody
              error={
                model.isMissing
                  ? t("This view was deleted, or is not shared with you")
                  : list.error && !list.data
                    ? (readErrors(list.error, t).form ?? t("The list could not be loaded"))
                    : undefined
              }
              {...(model.isMissing
                ? { retryLabel: t("Show all"), onRetry: () => model.openView(undefined) }
                : { retryLabel: t("Try again"), onRetry: () => void list.refetch() })}
              isEmpty={list.isSuccess && rows.length === 0 && !list.hasNextPage}
              empty={
                isFiltered ? (
                  <EmptyState
                    kind="nothing-found"
                    title={t("Nothing matches these filters")}
                    action={<Button onPress={() => change({ conditions: [], search: "" })}>{t("Clear the filters")}</Button>}
                  />
                ) : (
                  <EmptyState
                    kind="empty"
                    title={t("There are no {kinds} yet", { kinds: toNoun(kind.labels) })}
                    action={
                      canCreate ? <Button onPress={() => setCreating(true)}>{t("Create the first one")}</Button> : undefined
                    }
                  />
                )
              }
            >
              {isPhone ? (
                <CardList<ConsoleRecord>
                  label={kind.labels}
                  rowCount={rowCount}
                  getRow={(index) => rows[index]}
                  getRowId={({ id }) => id}
                  onRange={loadRange}
                  render={(row) => <ListCard kind={kind} row={row} />}
                />
              ) : (
                <PreviewSplit kind={kind} rows={rows} preview={preview}>
                  <Grid<ConsoleRecord>
                    key={kind.kind}
                    label={kind.labels}
                    columns={gridColumns}
                    onEdit={(row, column, edit) => {
                      const field = kind.fields.find(({ name }) => name === column);
                      if (field) void cells.save(row, field, edit as CellEdit);
                    }}
                    hasSingleKeys={hasSingleKeys}
                    rowCount={rowCount}
                    getRow={(index) => rows[index]}
                    scrollKey={`${visit} ${queryKey}`}
                    getRowId={({ id }) => id}
                    onRange={loadRange}
                    layout={layout}
                    onLayoutChange={changeLayout}
                    sort={readSort(state.sort)}
                    onSort={({ column, direction }) => change({ sort: direction === "descending" ? `-${column}` : column })}
                    selection={canSelect(kind) ? chosen : undefined}
                    onSelectionChange={setChosen}
                    onOpen={({ id }) => void navigate({ to: recordPath(kind, id) as never })}
                    onPreview={preview.toggle}
                    previewed={preview.id}
                    rowMenu={(row) => <RowActions kind={kind} record={row} preview={preview} />}
                  />
                </PreviewSplit>
              )}
            </ListBody>
          ) : null}
        </div>
        <SelectionBar kind={kind} rows={rows} total={total} query={selectionQuery} chosen={chosen} onChange={setChosen} />
        {cells.conflict ? (
          <ConflictDialog
            conflict={cells.conflict}
            onClose={cells.closeConflict}
            onReplace={() => {
              const { stored, field, edit } = cells.conflict as EditConflict;
              void cells.save(stored, field, edit);
            }}
          />
        ) : null}
        <CreateDrawer kindName={isCreating ? kind.kind : undefined} onClose={() => setCreating(false)} />
      </div>
    </>
  );
}

/** The title of a record is changed in its cell if it is one field. */
const findCellField = (kind: Kind, { id, field }: ListColumn): Field | undefined =>
  field ?? (kind.title === `{${id}}` ? kind.fields.find(({ name }) => name === id) : undefined);

function buildGridColumn(kind: Kind, column: ListColumn): GridColumn<ConsoleRecord> {
  const { field, ...shape } = column;
  const edited = findCellField(kind, column);
  const canEdit = edited !== undefined && canEditCell(kind, edited);
  return {
    ...shape,
    render: (row) =>
      field === undefined ? (
        <Link variant="title" href={recordPath(kind, row.id)}>
          {formatTitle(kind, row)}
        </Link>
      ) : (
        <FieldValue record={row} field={field} isCell />
      ),
    ...(!canEdit
      ? {}
      : chooseEditor(edited) === "toggle"
        ? { toggle: (row: ConsoleRecord): CellEdit => ({ value: readValue(row, edited.name) !== true }) }
        : { editor: (props) => <CellEditor {...props} field={edited} isOptional={canBeEmpty(kind, edited)} /> }),
  };
}

const readSort = (sort: string | undefined) =>
  sort === undefined
    ? undefined
    : { column: sort.replace(/^-/, ""), direction: sort.startsWith("-") ? ("descending" as const) : ("ascending" as const) };

interface ListBodyProps {
  readonly error: string | undefined;
  readonly retryLabel: string;
  readonly onRetry: () => void;
  readonly isEmpty: boolean;
  readonly empty: ReactNode;
  readonly children: ReactNode;
}

function ListBody({ error, retryLabel, onRetry, isEmpty, empty, children }: ListBodyProps) {
  if (error !== undefined)
    return (
      <div className="p-4 tablet:p-6">
        <Banner kind="danger" title={error} action={<Button onPress={onRetry}>{retryLabel}</Button>} />
      </div>
    );
  return isEmpty ? empty : children;
}

function ExportButton({ kind, query }: { readonly kind: Kind; readonly query: ListQuery }) {
  const t = useText();
  const [isRunning, setRunning] = useState(false);
  const run = async (): Promise<void> => {
    setRunning(true);
    await exportRecords(kind, { query: buildSelectionQuery(query), count: 0 }, t);
    setRunning(false);
  };
  return <IconButton label={t("Export this list")} icon={<Download />} isPending={isRunning} onPress={() => void run()} />;
}
