import { lazy, Suspense, useMemo, useState } from "react";
import { findPages } from "../../api/page-manifest.ts";
import { usePreferences } from "../../api/preferences.ts";
import { selectRowFields } from "../../api/row-fields.ts";
import { type Kind, type KindSummary, useKind } from "../../api/schema.ts";
import { useFavoriteList } from "../../frame/shell/saved-records.ts";
import { useFilterFields } from "../../input/filters/use-filter-fields.ts";
import { buildListQuery } from "../../input/filters/view-query.ts";
import { CreateDrawer } from "../../input/form/create-drawer.tsx";
import { formatTotal } from "../../ui/i18n/formatters.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { FilterBuilder } from "../../ui/kit/filter-builder.tsx";
import { SearchInput } from "../../ui/kit/search-input.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { useIsPhone } from "../../ui/kit/use-media.ts";
import { formatRecords } from "../rows/bulk-text.ts";
import { type DisplayMode, listDisplayModes } from "../rows/display.ts";
import { type ListColumn, listCardNames } from "../rows/list-columns.ts";
import { restrictConditions } from "../rows/open-records.ts";
import { type ListSource, useListRows } from "../rows/use-list-rows.ts";
import { useAcceptedSort } from "../rows/use-list-sorts.ts";
import { useListSums } from "../rows/use-list-sums.ts";
import { DisplayMenu } from "./display-menu.tsx";
import { DisplaySwitch } from "./display-switch.tsx";
import { ListHead } from "./list-head.tsx";
import { ListPrint, PrintButton } from "./list-print.tsx";
import { ListRows } from "./list-rows.tsx";
import { ListMenu, ListTools } from "./list-tools.tsx";
import { hasNeighborTabs, listSwitchModes, NeighborTabs } from "./neighbor-tabs.tsx";
import { useDefaultViews } from "./saved-views.ts";
import { type ListPreset, useListState } from "./use-list-state.ts";
import { ViewBar } from "./view-bar.tsx";

interface ListPageProps {
  readonly summary: KindSummary;
  /** How the path of the page shows the records. */
  readonly mode?: DisplayMode;
  /** The title and the conditions of a page of its own, such as the board of tasks. Undefined: the list of the kind. */
  readonly preset?: ListPreset;
}

/** The list of a kind: filters, sort order, rows. The address holds its state, so that it can be shared. */
export function ListPage({ summary, mode, preset }: ListPageProps) {
  const { data: kind } = useKind(summary.kind);
  // They load beside the schema of the kind.
  usePreferences();
  useDefaultViews();
  useFavoriteList();
  return kind ? (
    <RecordList kind={kind} pathMode={mode} preset={preset} />
  ) : (
    <ListSkeleton title={preset?.title ?? summary.labels} />
  );
}

function ListSkeleton({ title }: { readonly title: string }) {
  return (
    <div className="flex flex-col gap-4 px-4 py-3 tablet:px-6" aria-busy="true">
      <h1 className="text-title font-semibold">{title}</h1>
      <Skeleton shape="control" />
      <Skeleton shape="block" />
    </div>
  );
}

const SKELETON_COLUMNS = [1, 2, 3, 4];

/** What comes while the code of a display loads: columns of a board, or one block. */
function DisplaySkeleton({ mode }: { readonly mode: DisplayMode }) {
  return (
    <div className="flex h-full gap-3 overflow-hidden px-4 pt-3 tablet:px-6" aria-busy="true">
      {mode === "board" ? (
        SKELETON_COLUMNS.map((column) => (
          <div key={column} className="flex w-board-column shrink-0 flex-col gap-2">
            <Skeleton shape="control" />
            <Skeleton shape="block" />
          </div>
        ))
      ) : (
        <Skeleton shape="block" />
      )}
    </div>
  );
}

const BoardView = lazy(() => import("../board/board-view.tsx").then(({ BoardView: view }) => ({ default: view })));
const CalendarView = lazy(() => import("../calendar/calendar-view.tsx").then(({ CalendarView: view }) => ({ default: view })));
const TimelineView = lazy(() => import("../timeline/timeline-view.tsx").then(({ TimelineView: view }) => ({ default: view })));
const NO_COLUMNS: readonly ListColumn[] = [];

interface RecordListProps {
  readonly kind: Kind;
  readonly pathMode: DisplayMode | undefined;
  readonly preset: ListPreset | undefined;
}

function RecordList({ kind, pathMode, preset }: RecordListProps) {
  const t = useText();
  const isPhone = useIsPhone();
  const model = useListState(kind, pathMode, preset);
  const { state, columns, display, change } = model;
  const isList = display.mode === "list";
  const isDesk = display.mode === "desk";
  const own = findPages(kind.kind).list?.display;
  const OwnDisplay = own?.mode === display.mode ? own.view : undefined;
  // These displays show search and filters themselves.
  const hasOwnTools = display.mode === "calendar" || isDesk;
  // These displays have figures of their own, and no conditions of the list.
  const hasOwnFigures = display.mode === "ageing" || display.mode === "performance";
  const hasTabs = preset === undefined && hasNeighborTabs({ kind: kind.kind, mode: display.mode });
  const modes = useMemo(() => listDisplayModes(kind), [kind]);
  const switchModes = hasTabs ? listSwitchModes({ kind: kind.kind, mode: display.mode }, modes) : modes;
  // On a phone the conditions of the view take a line, which would move the rows below.
  const isWaiting = isPhone && model.isLoading;
  const [isCreating, setCreating] = useState(false);
  const [boardTotal, setBoardTotal] = useState("");
  const wanted = useMemo(
    () => buildListQuery({ ...state, conditions: restrictConditions(kind, state.conditions) }),
    [kind, state],
  );
  const sort = useAcceptedSort(kind, wanted);
  const { query } = sort;
  const shown = useMemo(
    () => selectRowFields(kind, isPhone ? listCardNames(kind) : columns.map(({ id }) => id)),
    [isPhone, kind, columns],
  );
  const source: ListSource = { kind, query, shown, isEnabled: isList && !model.isLoading && !model.isMissing };
  const hasSingleKeys = usePreferences().data?.single_key_shortcuts ?? true;
  const filterFields = useFilterFields(kind, state.conditions);
  const canCreate = kind.operations.includes("create");
  const search = (
    <SearchInput
      key={`search ${model.viewId ?? ""}`}
      label={t("Search {kinds}", { kinds: toPluralNoun(kind.labels) })}
      value={state.search}
      onSearch={(text) => change({ search: text })}
      shortcut={hasSingleKeys ? "/" : undefined}
      isFolded={hasOwnTools || isPhone}
    />
  );
  const filters = (
    <>
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
    </>
  );
  return (
    <>
      {isList ? <ListPrint source={source} view={model.view?.name} columns={columns} /> : null}
      <div className="flex min-h-0 min-w-0 flex-1 flex-col print:hidden">
        <ListHead
          kind={kind}
          {...(preset ? { title: preset.title } : {})}
          total={
            isList ? (
              <ListTotal source={source} columns={isPhone ? undefined : columns} />
            ) : display.mode === "board" ? (
              boardTotal
            ) : null
          }
          displaySwitch={
            switchModes.length < 2 ? undefined : (
              <DisplaySwitch
                modes={switchModes}
                value={display.mode}
                onChange={(mode) => model.setDisplay({ ...display, mode })}
              />
            )
          }
          hasPages={hasTabs}
          onCreate={canCreate ? () => setCreating(true) : undefined}
        />
        {hasTabs ? <NeighborTabs kind={kind.kind} mode={display.mode} /> : null}
        {hasOwnFigures || isDesk ? null : isPhone ? (
          <ViewBar
            kind={kind}
            model={model}
            filters={isWaiting ? null : filters}
            menu={<ListMenu kind={kind} query={query} link={model.link} />}
          >
            {isWaiting ? null : search}
          </ViewBar>
        ) : (
          <ViewBar kind={kind} model={model}>
            <span className="-me-icon-inset flex flex-wrap items-center gap-1">
              <ListTools kind={kind} query={query} link={model.link}>
                {isList ? <PrintButton source={source} /> : null}
                {isList ? <DisplayMenu kind={kind} model={model} /> : null}
              </ListTools>
            </span>
          </ViewBar>
        )}
        {isPhone || hasOwnTools || hasOwnFigures ? null : (
          <div className="flex shrink-0 items-start gap-2 border-b border-border px-4 py-2 tablet:px-6">
            {search}
            {filters}
          </div>
        )}
        {isWaiting ? null : isList ? (
          <ListRows source={source} model={model} accepted={sort} onCreate={() => setCreating(true)} />
        ) : (
          <div className="relative min-h-0 min-w-0 flex-1">
            <Suspense fallback={<DisplaySkeleton mode={display.mode} />}>
              {display.mode === "board" ? (
                <BoardView kind={kind} state={state} onTotal={setBoardTotal} />
              ) : display.mode === "timeline" ? (
                <TimelineView
                  kind={kind}
                  state={state}
                  display={display}
                  onDisplay={model.setDisplay}
                  createButton={
                    canCreate ? <Button onPress={() => setCreating(true)}>{t("Create the first one")}</Button> : undefined
                  }
                  onClear={() => change({ conditions: [], search: "" })}
                />
              ) : OwnDisplay ? (
                <OwnDisplay
                  kind={kind}
                  query={query}
                  queue={display.queue}
                  onQueue={(queue) => model.setDisplay({ ...display, queue })}
                  tools={
                    <>
                      {search}
                      {filters}
                    </>
                  }
                />
              ) : (
                <CalendarView
                  kind={kind}
                  state={state}
                  display={display}
                  onDisplay={model.setDisplay}
                  tools={
                    isPhone ? undefined : (
                      <>
                        {search}
                        {filters}
                      </>
                    )
                  }
                />
              )}
            </Suspense>
          </div>
        )}
        <CreateDrawer kindName={isCreating ? kind.kind : undefined} onClose={() => setCreating(false)} />
      </div>
    </>
  );
}

interface ListTotalProps {
  readonly source: ListSource;
  /** Undefined: there is no room for a sum. */
  readonly columns: readonly ListColumn[] | undefined;
}

/** How many records match, and their sum if one column adds up. */
function ListTotal({ source, columns = NO_COLUMNS }: ListTotalProps) {
  const t = useText();
  const { list, rows, total, isLowerBound, isWhole } = useListRows(source);
  const [sum, ...otherSums] = useListSums(columns, isWhole ? rows : undefined);
  // Nothing was found so far: that is no number.
  if (!list.data || (total === 0 && isLowerBound)) return null;
  const count = formatTotal({ total, isLowerBound });
  if (sum === undefined || otherSums.length > 0) return count;
  const records = formatRecords(rows.length, source.kind, t);
  return <span title={`${t("Sum of {records}", { records })} · ${sum.label}`}>{`${count} · ${sum.text}`}</span>;
}
