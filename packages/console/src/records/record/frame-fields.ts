import type { Field, Kind } from "../../api/kind.ts";
import { findPages } from "../../api/page-manifest.ts";
import type { ConsoleRecord } from "../../api/records.ts";

/** Whether the frame of a kind shows a field, so that no table and no card shows it too. */
export function isShownByFrame(kind: string, field: string): boolean {
  const { shows, tabs } = findPages(kind).record ?? {};
  return shows?.fields?.includes(field) === true || Object.hasOwn(tabs?.parts ?? {}, field);
}

/** Lists the fields that the frame of a record shows, so that the details leave them out. */
export function listFrameFields({ kind, fields }: Pick<Kind, "kind" | "fields">, record: ConsoleRecord): Field[] {
  const isShown = findPages(kind).record?.shows?.fieldsWhen?.(record) ?? true;
  return isShown ? fields.filter(({ name }) => isShownByFrame(kind, name)) : [];
}

/** Lists the kinds of related records, and the names of other lists, that the frame of a kind shows. */
export function listFrameLists(kind: string): string[] {
  const { shows, tabs } = findPages(kind).record ?? {};
  return [...(shows?.lists ?? []), ...(tabs?.lists ?? []), ...(tabs?.hasFiles ? ["attachment"] : [])];
}
