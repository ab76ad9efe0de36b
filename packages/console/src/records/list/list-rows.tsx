import { useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { usePreferences } from "../../api/preferences.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Field, formatTitle, type Kind, recordPath } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { currencyFor, isEmptyValue, readValue } from "../../api/value-text.ts";
import { findColumnCurrency, formatColumnAmount, labelAmounts } from "../../input/fields/column-currency.ts";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { RecordAvatar } from "../../input/fields/record-avatar.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatConditions } from "../../input/filters/list-address.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { Grid } from "../../ui/grid/grid.tsx";
import type { GridColumn, GridLayout } from "../../ui/grid/grid-types.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { CardList } from "../../ui/kit/card-list.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { CellLink } from "../../ui/kit/link.tsx";
import { useIsPhone } from "../../ui/kit/use-media.ts";
import { canSelect, SelectionBar } from "../bulk/selection-bar.tsx";
import { PreviewSplit } from "../preview/preview-split.tsx";
import { RowActions } from "../preview/row-actions.tsx";
import { usePreview } from "../preview/use-preview.ts";
import type { EntryName } from "../record/composer-entries.ts";
import { EntryDialog } from "../record/entry-dialog.tsx";
import { buildSelectionQuery } from "../rows/bulk-rules.ts";
import { useCandidateCount } from "../rows/candidate-count.ts";
import type { ListColumn } from "../rows/list-columns.ts";
import { ListCard } from "../rows/row-card.tsx";
import { SearchProgress, SearchState } from "../rows/search-progress.tsx";
import { formatSorts, isLimitedSort, parseSorts, type SortLimit } from "../rows/sort-rules.ts";
import { type ListSource, useListRows } from "../rows/use-list-rows.ts";
import {
  type AcceptedSort,
  describeDroppedSort,
  describeSortLimit,
  isSortRefusal,
  useSortCheck,
  useSortRefusal,
} from "../rows/use-list-sorts.ts";
import { canBeEmpty, canEditCell, chooseEditor } from "./cell-edit.ts";
import { type CellEdit, CellEditor } from "./cell-editor.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { EmptyList } from "./empty-list.tsx";
import { ListFoot } from "./list-foot.tsx";
import { type EditConflict, useCellEdit } from "./use-cell-edit.ts";
import type { ListModel } from "./use-list-state.ts";

/** Rows below the visible ones that are loaded ahead, once the user scrolls. */
const ROWS_AHEAD = 250;
/** The rows whose currency decides that of the head: those of the first page. */
const CURRENCY_ROWS = 60;

interface ListRowsProps {
  readonly source: ListSource;
  readonly model: ListModel;
  readonly accepted: AcceptedSort;
  readonly onCreate: () => void;
}

/** The rows of a list, and what can be done with those that are chosen. */
export function ListRows({ source, model, accepted, onCreate }: ListRowsProps) {
  const t = useText();
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const { kind, query } = source;
  const { state, columns, widths, change } = model;
  const { list, rows, total, isLowerBound, rowCount, isWhole } = useListRows(source);
  const { search } = list;
  const { droppedSort, isRefused } = accepted;
  useSortRefusal(list.error, accepted.refuse);
  const isLoaded = list.data !== undefined && !list.isPlaceholderData;
  const checkSort = useSortCheck(kind, { query, count: isLoaded ? { total, isLowerBound } : undefined, isRefused });
  const candidates = useCandidateCount(kind, query, search.isIncomplete && query.search === undefined)?.total;
  // The columns are built again only if one can be sorted that could not be before.
  const sortChecks = columns.map(({ id }) => checkSort(id)).join();
  const [entry, setEntry] = useState<{ readonly record: ConsoleRecord; readonly name: EntryName }>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const visit = useRouterState({ select: ({ location }) => location.state.__TSR_key });
  const preview = usePreview(kind);
  const selectionQuery = useMemo(() => buildSelectionQuery(query), [query]);
  const { currency, locale } = useTextOptions();
  // The head has the currency of amounts that agree. The columns are built again only if that changes. Later rows with another one name it.
  const currencies = columns
    .map(({ field }) =>
      field?.type === "money" ? (findColumnCurrency(rows.slice(0, CURRENCY_ROWS), field, { currency }) ?? "") : "",
    )
    .join();
  const gridColumns = useMemo(
    () =>
      columns.map((column, index) =>
        buildGridColumn(
          kind,
          { ...column, ...describeSort(sortChecks.split(",")[index], t) },
          { head: currencies.split(",")[index] ?? "", tenant: currency, locale },
        ),
      ),
    [kind, columns, sortChecks, currencies, currency, locale, t],
  );
  const cells = useCellEdit(kind, source.shown);
  const hasSingleKeys = usePreferences().data?.single_key_shortcuts ?? true;
  // Rows that another view or filter shows are not chosen.
  const queryKey = JSON.stringify(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the query
  useEffect(() => setChosen(new Set()), [queryKey]);
  const shownSort = droppedSort === undefined ? state.sort : undefined;
  const sorts = useMemo(() => parseSorts(shownSort), [shownSort]);
  // If the API refuses the order, a line above the rows says so. Until then nothing is there that it would move.
  const isUndecided = list.isLoading && sorts.some(({ column }) => isLimitedSort(kind, column));
  const layout = useMemo(() => ({ order: columns.map(({ id }) => id), widths }), [columns, widths]);
  const changeLayout = (next: GridLayout): void => {
    const order = next.order.filter((name) => columns.some(({ id }) => id === name));
    if (order.length > 0 && order.join() !== layout.order.join()) model.setColumns(order.slice(1));
    if (next.widths !== widths) model.setWidths(next.widths);
  };
  const loadRange = (first: number, last: number): void => {
    if (last + (first === 0 ? 1 : ROWS_AHEAD) <= rows.length || !list.hasNextPage) return;
    // A search that the user stopped stays stopped, and one that runs goes on by itself.
    if (!search.isIncomplete || search.isFilled) void list.fetchNextPage({ cancelRefetch: false });
  };
  const isFiltered =
    Object.keys(formatConditions(state.conditions)).length > 0 || state.search !== "" || query.where !== undefined;
  return (
    <>
      {droppedSort === undefined ? null : (
        <p role="status" className="shrink-0 border-b border-border px-4 py-2 text-control text-text-muted tablet:px-6">
          {describeDroppedSort(kind, droppedSort, checkSort(droppedSort), t)}
        </p>
      )}
      <div className="relative min-h-0 min-w-0 flex-1" aria-busy={list.isPlaceholderData || isUndecided}>
        {list.isPlaceholderData ? <div className="absolute inset-x-0 top-0 z-3 animate-pulse border-t-2 border-accent" /> : null}
        <ListBody
          error={
            model.isMissing
              ? t("This view was deleted, or is not shared with you")
              : list.error && !list.data && !isSortRefusal(list.error)
                ? (readErrors(list.error, t).form ?? t("The list could not be loaded"))
                : undefined
          }
          {...(model.isMissing
            ? { retryLabel: t("Show all"), onRetry: () => model.openView(undefined) }
            : { retryLabel: t("Try again"), onRetry: () => void list.refetch() })}
          isEmpty={list.isSuccess && rows.length === 0 && (!list.hasNextPage || search.isIncomplete)}
          empty={
            search.isIncomplete ? (
              <SearchState search={search} candidates={candidates} />
            ) : isFiltered ? (
              <EmptyState
                kind="nothing-found"
                title={t("Nothing matches these filters")}
                action={<Button onPress={() => change({ conditions: [], search: "" })}>{t("Clear the filters")}</Button>}
              />
            ) : (
              <EmptyList kind={kind} onCreate={onCreate} />
            )
          }
        >
          {/* The view may have other columns, which would move those of the kind. */}
          {model.isLoading || isUndecided ? null : isPhone ? (
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
                sorts={sorts}
                onSort={(next) => change({ sort: formatSorts(next) })}
                selection={canSelect(kind) ? chosen : undefined}
                onSelectionChange={setChosen}
                onOpen={({ id }) => void navigate({ to: recordPath(kind, id) })}
                onPreview={preview.toggle}
                previewed={preview.id}
                rowMenu={(row) => (
                  <RowActions kind={kind} record={row} preview={preview} onAdd={(name) => setEntry({ record: row, name })} />
                )}
              />
            </PreviewSplit>
          )}
        </ListBody>
      </div>
      {search.isIncomplete && rows.length > 0 ? (
        <div className="shrink-0 border-t border-border px-4 py-1 tablet:px-6">
          <SearchProgress search={search} candidates={candidates} />
        </div>
      ) : null}
      {isPhone ? null : <ListFoot kind={kind} columns={columns} rows={rows} isWhole={isWhole} chosen={chosen} />}
      <SelectionBar
        kind={kind}
        rows={rows}
        total={total}
        isLowerBound={isLowerBound}
        query={selectionQuery}
        chosen={chosen}
        onChange={setChosen}
      />
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
      {entry ? <EntryDialog kind={kind} {...entry} onClose={() => setEntry(undefined)} /> : null}
    </>
  );
}

/** How the head of a column says whether the list can be sorted by it. */
const describeSort = (check: string | undefined, t: Translate): Pick<ListColumn, "isSortable" | "sortHint"> =>
  check === "true" || check === "false"
    ? { isSortable: check === "true" }
    : { isSortable: false, sortHint: describeSortLimit(check as SortLimit, t) };

/** The title of a record is changed in its cell if it is one field. */
const findCellField = (kind: Kind, { id, field }: ListColumn): Field | undefined =>
  field ?? (kind.title === `{${id}}` ? kind.fields.find(({ name }) => name === id) : undefined);

interface MoneyFormat {
  /** The currency in the head of the column; empty if it has none. */
  readonly head: string;
  /** The currency of amounts whose record names none. */
  readonly tenant: string;
  readonly locale: string;
}

function buildGridColumn(kind: Kind, column: ListColumn, { head, tenant, locale }: MoneyFormat): GridColumn<ConsoleRecord> {
  const { field, ...shape } = column;
  const edited = findCellField(kind, column);
  const canEdit = edited !== undefined && canEditCell(kind, edited);
  return {
    ...shape,
    ...(head === "" ? {} : { label: labelAmounts(shape.label, head) }),
    render: (row) =>
      field === undefined ? (
        <TitleCell kind={kind} row={row} />
      ) : head !== "" && !isEmptyValue(readValue(row, field.name)) && currencyFor(row, field, { currency: tenant }) === head ? (
        formatColumnAmount(String(readValue(row, field.name)), head, { head, locale, format: field.format })
      ) : (
        <FieldValue record={row} field={field} isCell isInGrid />
      ),
    ...(!canEdit
      ? {}
      : chooseEditor(edited) === "toggle"
        ? { toggle: (row: ConsoleRecord): CellEdit => ({ value: readValue(row, edited.name) !== true }) }
        : { editor: (props) => <CellEditor {...props} field={edited} isOptional={canBeEmpty(kind, edited)} /> }),
  };
}

function TitleCell({ kind, row }: { readonly kind: Kind; readonly row: ConsoleRecord }) {
  const title = formatTitle(kind, row);
  return (
    <span className="flex max-w-full min-w-0 items-center gap-2">
      <RecordAvatar kind={kind.kind} name={title} />
      <CellLink variant="title" href={recordPath(kind, row.id)}>
        {title}
      </CellLink>
    </span>
  );
}

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
