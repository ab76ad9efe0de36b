import { type KindSummary, useKindIndex } from "./schema.ts";

/** Returns the kind, if the user may read its records. */
export function useReadableKind(name: string): KindSummary | undefined {
  const { data: kinds = [] } = useKindIndex();
  return kinds.find(({ kind, operations }) => kind === name && operations.includes("read"));
}
