import type { Kind } from "../../api/kind.ts";

/** Columns that fit beside the title without sideways scrolling at 1,280 pixels. */
const MAX_COLUMNS = 6;

/**
 * Returns the names of the columns of related records: those of their list without the fields that have the same value in each row, which name the
 * record that the rows belong to.
 */
export function listRelatedColumns(
  layout: readonly string[],
  { field }: Pick<Kind["related"][number], "field">,
  chosen?: readonly string[],
): string[] {
  const same = new Set([field, field.replace(/_id$/, "_type")]);
  return (chosen ?? layout).filter((name) => !same.has(name)).slice(0, MAX_COLUMNS);
}
