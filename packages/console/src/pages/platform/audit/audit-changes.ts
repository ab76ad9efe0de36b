import { useQueries } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import type { Field } from "../../../api/kind.ts";
import { readMasterName } from "../../../api/master-values.ts";
import { fieldNamesQuery, formatTitle, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { type FieldChange, isUntitled, listNamedIds, nameUntitledRecord } from "./audit-rules.ts";

/** Reads what the values of entries need: the fields of their kinds, and the names behind ids. The reads of each are sent together. */

interface Loaded<V> {
  readonly values: ReadonlyMap<string, V>;
  /** Whether nothing is read any more. What failed has no value. */
  readonly isSettled: boolean;
}

const combineResults = <V>(
  results: readonly { readonly data: V | undefined; readonly isPending: boolean }[],
  keys: readonly string[],
): Loaded<V> => ({
  values: new Map(results.flatMap(({ data }, index) => (data === undefined ? [] : [[keys[index] ?? "", data] as const]))),
  isSettled: !results.some(({ isPending }) => isPending),
});

/** Reads the fields of kinds that the schema has, by kind. */
export function useFieldsByKind(names: readonly string[]): Loaded<readonly Field[]> {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const known = [...new Set(names)].filter((name) => kinds.some(({ kind }) => kind === name)).sort();
  return useQueries({
    queries: known.map((name) => fieldNamesQuery(scope, name)),
    combine: (results) => combineResults(results, known),
  });
}

/** Reads the names of the records and the master data that changes name. */
export function useNames(changes: readonly FieldChange[]): Loaded<string> {
  const t = useText();
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const ids = [...new Map(listNamedIds(changes).map((named) => [named.id, named])).values()];
  return useQueries({
    queries: ids.map(({ id, field }) => ({
      queryKey: [...scope, "name", id],
      queryFn: async (): Promise<string> => {
        if (field.master !== undefined) return readMasterName(field.master, id);
        const kind = kinds.find((candidate) => candidate.kind === field.record);
        if (!kind) return EMPTY;
        const path = `${kind.path}/${id}`;
        // A record that is gone, or closed to the user, has at least the name of its kind.
        const record = await read<Record<string, unknown>>(path, isUntitled(kind) ? { expand: "labels" } : {}).catch(
          () => undefined,
        );
        if (!record) return kind.label;
        return isUntitled(kind) ? nameUntitledRecord(kind, record.data, t) : formatTitle(kind, record.data);
      },
      retry: false,
    })),
    combine: (results) =>
      combineResults(
        results,
        ids.map(({ id }) => id),
      ),
  });
}
