import { useRecord } from "../../api/records.ts";
import { type Kind, useKind } from "../../api/schema.ts";
import { findItemSource } from "../fields/part-rules.ts";

/** Returns the values of a form, with the list of another record whose entries its parts name: the lines of the order of a case. */
export function useItemRecord(kind: Kind, values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const source = findItemSource(kind);
  const id = source && values[source.reference];
  const { data: otherKind } = useKind(id ? source.record : undefined);
  const { data: other } = useRecord(id ? otherKind : undefined, String(id ?? ""));
  return source && other ? { ...values, [source.list]: other[source.list] } : values;
}
