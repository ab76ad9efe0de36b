import { useEffect, useState } from "react";
import type { Option, SearchOptions } from "./option-type.ts";

export type { SearchOptions } from "./option-type.ts";

export interface OptionSearch {
  /** Of the last text that was answered. They stay while the next ones load. */
  readonly options: readonly Option[];
  /** Whether the options are not those of the present text yet. */
  readonly isLoading: boolean;
  readonly hasFailed: boolean;
}

interface Answer {
  readonly text: string;
  readonly options: readonly Option[];
  readonly hasFailed: boolean;
}

const PAUSE_MS = 200;

/** Searches after a pause in typing. An answer that comes after a later question is dropped. */
export function useOptionSearch(search: SearchOptions, text: string): OptionSearch {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    const controller = new AbortController();
    const take = (options: readonly Option[], hasFailed: boolean): void => {
      if (!controller.signal.aborted) setAnswer({ text, options, hasFailed });
    };
    const ask = (): void => {
      search(text.trim(), controller.signal).then(
        (options) => take(options, false),
        () => take([], true),
      );
    };
    const timer = setTimeout(ask, text === "" ? 0 : PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [search, text]);
  return { options: answer?.options ?? [], isLoading: answer?.text !== text, hasFailed: answer?.hasFailed === true };
}
