import { useEffect, useState } from "react";
import type { Option } from "./option.tsx";

/** Finds records by a text. An empty text finds those that were used last. */
export type SearchOptions = (text: string, signal: AbortSignal) => Promise<readonly Option[]>;

export interface OptionSearch {
  /** Of the last text that was answered. They stay while the next ones load. */
  readonly options: readonly Option[];
  readonly isLoading: boolean;
  readonly hasFailed: boolean;
}

const PAUSE_MS = 200;

/** Searches after a pause in typing. An answer that comes after a later question is dropped. */
export function useOptionSearch(search: SearchOptions, text: string, isOpen: boolean): OptionSearch {
  const [state, setState] = useState<OptionSearch>({ options: [], isLoading: true, hasFailed: false });
  useEffect(() => {
    if (!isOpen) return undefined;
    const controller = new AbortController();
    setState((before) => ({ ...before, isLoading: true, hasFailed: false }));
    const timer = setTimeout(
      () => {
        search(text.trim(), controller.signal).then(
          (options) => {
            if (!controller.signal.aborted) setState({ options, isLoading: false, hasFailed: false });
          },
          () => {
            if (!controller.signal.aborted) setState({ options: [], isLoading: false, hasFailed: true });
          },
        );
      },
      text === "" ? 0 : PAUSE_MS,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [search, text, isOpen]);
  return state;
}
