import { hashKey } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { readSearchState, type SearchedPage, type SearchState } from "./search-rules.ts";

/** The searches that the user stopped, by the keys of their lists. Several components show the same list. */
const stopped = new Set<string>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function setStopped(key: string, isStopped: boolean): void {
  if (isStopped) stopped.add(key);
  else stopped.delete(key);
  for (const listener of listeners) listener();
}

const subscribeToVisibility = (listener: () => void): (() => void) => {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
};

const isVisible = (): boolean => document.visibilityState === "visible";

/** The parts of a list's query that a search reads. */
interface SearchedList {
  readonly data: { readonly pages: readonly SearchedPage[] } | undefined;
  readonly isPlaceholderData: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: (options: { cancelRefetch: boolean }) => Promise<unknown>;
}

export interface RecordSearch extends SearchState {
  readonly isSearching: boolean;
  readonly stop: () => void;
  /** Goes on after a stop, or beyond a full page. */
  readonly resume: () => void;
}

/**
 * Reads page after page while the rows do not fill one. It pauses while the tab is hidden, and ends with the component. Several components may show the
 * list: the query sends one request at a time.
 */
export function useRecordSearch(list: SearchedList, queryKey: readonly unknown[], isEnabled: boolean): RecordSearch {
  const { data, fetchNextPage } = list;
  const key = hashKey(queryKey);
  const isStopped = useSyncExternalStore(subscribe, () => stopped.has(key));
  const isShown = useSyncExternalStore(subscribeToVisibility, isVisible);
  // The rows of another filter stay until those of this one are there.
  const state = readSearchState(list.isPlaceholderData ? [] : (data?.pages ?? []));
  const isSearching = state.mustContinue && isEnabled && !isStopped && !list.isFetchNextPageError;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page that arrives leads to the next one
  useEffect(() => {
    if (isSearching && isShown) void fetchNextPage({ cancelRefetch: false });
  }, [isSearching, isShown, data, fetchNextPage]);
  return {
    ...state,
    isSearching,
    stop: () => setStopped(key, true),
    resume: () => {
      setStopped(key, false);
      void fetchNextPage({ cancelRefetch: false });
    },
  };
}
