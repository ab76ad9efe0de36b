import { useState } from "react";
import { useScope } from "../data/session.ts";

/** State that the tab keeps over a reload. It is under the user's scope, so a sign-out drops it. */
export function useStoredState<T>(name: string, initial: T): [value: T, change: (next: T) => void] {
  const scope = useScope();
  const key = ["crm.import", name, ...scope].join(" ");
  const [state, setState] = useState(() => ({ key, value: readStored(key, initial) }));
  const value = state.key === key ? state.value : readStored(key, initial);
  const change = (next: T): void => {
    setState({ key, value: next });
    try {
      sessionStorage.setItem(key, JSON.stringify(next));
    } catch {
      // A tab without room keeps it until it is closed.
    }
  };
  return [value, change];
}

function readStored<T>(key: string, initial: T): T {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? initial : (JSON.parse(text) as T);
  } catch {
    return initial;
  }
}
