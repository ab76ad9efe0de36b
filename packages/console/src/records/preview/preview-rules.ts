import type { Kind } from "../../api/kind.ts";
import { listTitleFields } from "../../api/title.ts";

/** The rules of the preview that need no browser. */

const MAX_FIELDS = 7;

/**
 * Returns the fields of a record that a preview shows below its status: those of cards, how to reach the person, and those of lists. They stand in the
 * order in which the page of the record has them.
 */
export function listPreviewFields(
  { fields, layout, title }: Pick<Kind, "fields" | "layout" | "title">,
  status?: string,
): string[] {
  const contacts = fields
    .filter(({ type, visible }) => visible && (type === "email" || type === "phone"))
    .map(({ name }) => name);
  const titles = new Set(listTitleFields(title));
  const order = layout.sections.flatMap((section) => section.fields);
  const findPlace = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...new Set([...layout.card, ...contacts, ...layout.columns])]
    .filter((name) => !titles.has(name) && name !== status)
    .slice(0, MAX_FIELDS)
    .toSorted((first, second) => findPlace(first) - findPlace(second));
}

/** Returns the id that stands a number of places after another one in a list. At the ends, and for an id that is not loaded, there is none. */
export function findNeighbour(ids: readonly string[], id: string, places: number): string | undefined {
  const index = ids.indexOf(id);
  return index < 0 ? undefined : ids[index + places];
}

/** Whether a key that is pressed here belongs to what has the focus: a field, a menu, an editor. */
export const belongsToField = (target: { closest(selectors: string): unknown }): boolean =>
  target.closest("input, textarea, select, [contenteditable='true'], [role=listbox], [role=menu], [role=combobox]") !== null;
