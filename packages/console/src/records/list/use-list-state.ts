import { useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type StoredColumns, useChangePreferences, usePreferences } from "../../api/preferences.ts";
import { findUsualMode, type Kind, rowsPath } from "../../api/schema.ts";
import { listTitleFields } from "../../api/title.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import {
  ALL_RECORDS,
  applyAddress,
  emptyState,
  formatDifference,
  formatListAddress,
  type ListState,
  parseListAddress,
} from "../../input/filters/list-address.ts";
import { parseViewQuery } from "../../input/filters/view-query.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import type { FilterCondition } from "../../ui/kit/filter-operators.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import { type Display, type DisplayMode, formatDisplay, listDisplayModes, parseDisplay } from "../rows/display.ts";
import { listColumns } from "../rows/list-columns.ts";
import { chooseColumns, readWidths, toStoredColumns } from "./column-preferences.ts";
import { useDefaultViews, useSavedView } from "./saved-views.ts";

/** Resizing a column changes its width many times a second. */
const SAVE_PAUSE_MS = 500;

const NO_COLUMNS: Readonly<Record<string, StoredColumns>> = {};

/** The title of a page that lists some records of a kind, and the conditions that it begins with. */
export interface ListPreset {
  readonly title: string;
  readonly conditions: readonly FilterCondition[];
}

/** The state of a list: the address over the saved view over the preferences of the user. */
export function useListState(kind: Kind, pathMode?: DisplayMode, preset?: ListPreset) {
  const t = useText();
  const navigate = useNavigate();
  // As the path, this is where the user goes: a display that is being left is not shown again.
  const parameters = useRouterState({ select: ({ location }) => location.search }) as Readonly<Record<string, unknown>>;
  const address = useMemo(() => parseListAddress(parameters, kind), [parameters, kind]);
  const defaults = useDefaultViews();
  const preferences = usePreferences();
  const changePreferences = useChangePreferences();
  const defaultView = preset ? undefined : defaults.data?.views[kind.kind];
  const usualMode = findUsualMode(kind);
  const display = useMemo(
    () => parseDisplay(parameters, listDisplayModes(kind), pathMode ?? usualMode),
    [parameters, kind, pathMode, usualMode],
  );
  const isPlain = Object.keys(address).length === 0;
  const viewId = address.view === ALL_RECORDS ? undefined : (address.view ?? (isPlain ? defaultView : undefined));
  const view = useSavedView(viewId);
  const isWrongKind = view.data !== undefined && view.data.kind !== kind.kind;
  const base = useMemo(
    () =>
      view.data && !isWrongKind
        ? parseViewQuery(view.data.query, kind)
        : { ...emptyState, conditions: preset?.conditions ?? emptyState.conditions },
    [view.data, isWrongKind, kind, preset],
  );
  const state = useMemo(() => applyAddress(address, base), [address, base]);
  // The list without a view is named as soon as there is a default view, which an empty address opens.
  const viewName = viewId ?? (defaultView === undefined ? undefined : ALL_RECORDS);

  const stored = preferences.data?.columns ?? NO_COLUMNS;
  const sources = useMemo(
    () => ({ stored, kind: kind.kind, layout: kind.layout.columns, titleFields: listTitleFields(kind.title) }),
    [stored, kind],
  );
  const names = useMemo(() => chooseColumns(state.columns, viewId, sources), [state.columns, viewId, sources]);
  const columns = useMemo(() => listColumns(kind, names), [kind, names]);
  const list = viewId ?? kind.kind;
  const [resized, setResized] = useState<{ readonly list: string; readonly widths: Readonly<Record<string, number>> }>();
  const widths = useMemo(
    () => ({ ...readWidths(stored, kind.kind, viewId), ...(resized?.list === list ? resized.widths : {}) }),
    [stored, kind.kind, viewId, resized, list],
  );
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const search = (next: ListState, name = viewName): Record<string, string> => formatListAddress(next, base, name);
  const open = useCallback(
    (parameters: Readonly<Record<string, string>>, replace: boolean, shown: Display = display): void =>
      void navigate({
        to: preset ? "." : rowsPath(kind),
        search: { ...parameters, ...formatDisplay(shown, usualMode) },
        replace,
      }),
    [navigate, kind, display, preset, usualMode],
  );
  const change = (next: Partial<ListState>): void => open(search({ ...state, ...next }), true);
  // The title has a width, but it is always the first column.
  const savePreference = (list: string, next: readonly string[], nextWidths: Readonly<Record<string, number>>): void =>
    void changePreferences({
      columns: { [list]: toStoredColumns([...new Set([columns[0]?.id ?? "", ...next])].filter(Boolean), nextWidths) },
    }).catch((error: unknown) =>
      showToast({ text: readErrors(error, t).form ?? t("The columns could not be saved"), isError: true }),
    );

  return {
    state,
    display,
    setDisplay: (next: Display): void => open(search(state), true, next),
    columns,
    widths,
    view: isWrongKind ? undefined : view.data,
    viewId,
    defaultView,
    /** Whether the user chose the default view, and not an administrator. */
    isOwnDefault: defaults.data?.sources[kind.kind] === "user",
    isLoading:
      (isPlain && defaults.isPending) ||
      (viewId !== undefined && view.isPending) ||
      (state.columns === undefined && preferences.isPending),
    /** The view was deleted, or is not shared with the user. */
    isMissing: view.isError || isWrongKind,
    isChanged: Object.keys(formatDifference(state, base)).length > 0,
    change,
    reset: (): void => open(viewName === undefined ? {} : { view: viewName }, true),
    openView: (id: string | undefined): void => open(viewParameters(id, defaultView), false),
    /** The address of what the list shows, for others too: it names the columns that the user prefers. */
    link: (): string => {
      const shown = { ...state, columns: state.columns ?? columns.slice(1).map(({ id }) => id) };
      // Others do not see a private view, so the address names all that it has.
      const isPrivate = view.data?.sharing === "PRIVATE" && state.where === undefined;
      const parameters = isPrivate ? formatListAddress(shown, emptyState, ALL_RECORDS) : search(shown, viewId ?? ALL_RECORDS);
      return `${rowsPath(kind)}?${new URLSearchParams({ ...parameters, ...formatDisplay(display, usualMode) })}`;
    },
    setColumns: (wanted: readonly string[]): void => {
      const next = listColumns(kind, wanted)
        .slice(1)
        .map(({ id }) => id);
      if (viewId === undefined && state.columns === undefined) savePreference(kind.kind, next, widths);
      else {
        // The columns that the list has anyway are not named in the address.
        const usual = listColumns(kind, chooseColumns(base.columns, viewId, sources)).slice(1);
        change({ columns: usual.map(({ id }) => id).join() === next.join() ? base.columns : next });
      }
    },
    setWidths: (next: Readonly<Record<string, number>>): void => {
      setResized({ list, widths: next });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const shown =
          viewId === undefined && state.columns !== undefined
            ? (stored[kind.kind]?.map(({ name }) => name) ?? kind.layout.columns)
            : names;
        savePreference(list, shown, next);
      }, SAVE_PAUSE_MS);
    },
  };
}

export const viewParameters = (id: string | undefined, defaultView: string | undefined): Record<string, string> => {
  if (id !== undefined) return { view: id };
  return defaultView === undefined ? {} : { view: ALL_RECORDS };
};

export type ListModel = ReturnType<typeof useListState>;
