import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useScope } from "../../api/session.ts";

type Change<T> = (next: T | ((before: T) => T)) => void;

/** Told at each change in this tab. The browser tells of changes in other tabs. */
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

/** State of a browser without room, by key. */
const unstored = new Map<string, string>();

const readText = (key: string): string | null => unstored.get(key) ?? localStorage.getItem(key);

/**
 * State that the browser keeps over a reload, and that all callers and tabs share: it is stored under its name, not in a component. The name includes the
 * user's scope, so a sign-out drops it.
 */
export function useStoredState<T extends object>(name: string, initial: T): [value: T, change: Change<T>] {
  const scope = useScope();
  const key = ["crm.import", name, ...scope].join(" ");
  const text = useSyncExternalStore(subscribe, () => readText(key));
  const value = useMemo(() => parseStored(text, initial), [text, initial]);
  const change: Change<T> = useCallback(
    (next) => {
      const changed = JSON.stringify(typeof next === "function" ? next(parseStored(readText(key), initial)) : next);
      try {
        localStorage.setItem(key, changed);
        unstored.delete(key);
      } catch {
        // The page keeps it until it is closed.
        unstored.set(key, changed);
      }
      for (const listener of listeners) listener();
    },
    [key, initial],
  );
  return [value, change];
}

/** Returns what is stored. Parts that an earlier release did not store have their initial value. */
function parseStored<T extends object>(text: string | null, initial: T): T {
  try {
    return text === null ? initial : { ...initial, ...(JSON.parse(text) as Partial<T>) };
  } catch {
    return initial;
  }
}
