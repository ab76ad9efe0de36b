import { useCallback, useEffect, useRef } from "react";
import type { NameMergeField } from "./merge-field-rules.ts";

/** Returns a function that stays the same, as editors need it, and knows the names of the latest render. */
export function useLatestName(nameField: NameMergeField | undefined): NameMergeField {
  const latest = useRef(nameField);
  useEffect(() => {
    latest.current = nameField;
  }, [nameField]);
  return useCallback((path) => latest.current?.(path), []);
}
