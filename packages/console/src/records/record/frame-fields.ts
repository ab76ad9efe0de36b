import type { Field, Kind } from "../../api/kind.ts";
import { findPages } from "../../api/page-manifest.ts";
import type { ConsoleRecord } from "../../api/records.ts";

/** Whether the frame of a kind shows a field, so that no table and no card shows it too. */
export const isShownByFrame = (kind: string, field: string): boolean =>
  findPages(kind).record?.shows?.fields?.includes(field) ?? false;

/** Lists the fields that the frame of a record shows, so that the details leave them out. */
export function listFrameFields({ kind, fields }: Pick<Kind, "kind" | "fields">, record: ConsoleRecord): Field[] {
  const isShown = findPages(kind).record?.shows?.fieldsWhen?.(record) ?? true;
  return isShown ? fields.filter(({ name }) => isShownByFrame(kind, name)) : [];
}
