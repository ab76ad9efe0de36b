import { findResult } from "../../api/record-outcomes.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Kind, recordPath, useKindIndex } from "../../api/schema.ts";
import { listLabels } from "../../api/value-text.ts";

interface ResultLink {
  /** The field that names the record. */
  readonly field: string;
  /** The kind of the record. */
  readonly label: string;
  readonly href: string;
}

/** Returns the way to the record that a converted record became, if the user may see it. The head of the page opens it. */
export function useResultLink(kind: Kind, record: ConsoleRecord): ResultLink | undefined {
  const { data: kinds = [] } = useKindIndex();
  const name = findResult(kind.kind, record);
  const field = kind.fields.find((candidate) => candidate.name === name);
  const target = kinds.find((candidate) => candidate.kind === field?.record && candidate.operations.includes("read"));
  const id = field && listLabels(record, field)[0]?.id;
  return field && target && id !== undefined
    ? { field: field.name, label: target.label, href: recordPath(target, id) }
    : undefined;
}
