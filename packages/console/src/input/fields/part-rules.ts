import type { Field } from "../../api/kind.ts";
import { nameRecord } from "../../api/title.ts";
import { isEmptyValue, listPartFields } from "../../api/value-text.ts";
import { hasInput } from "./editable-field.ts";

/** Rules of inputs for objects inside a record: the lines of an order, an address. */

export type Part = Readonly<Record<string, unknown>>;

/** Whether a part is an object of its own, whose parts have inputs. */
export const isGroup = ({ type, multiple, fields }: Pick<Field, "type" | "multiple" | "fields">): boolean =>
  type === "json" && !multiple && fields !== undefined;

/** Whether a part is a list of texts. */
const isTextList = ({ type, multiple }: Field): boolean => type === "text" && multiple === true;

/** Lists the fields of an object that have inputs. The id of a part stays as it is. */
export const listPartInputs = (field: Pick<Field, "fields">): Field[] =>
  listPartFields(field)
    .filter((part) => !part.read_only && part.name !== "id" && (hasInput(part) || isGroup(part) || isTextList(part)))
    .map((part) => (isTextList(part) ? { ...part, format: "tags" } : part));

/** Whether the console has inputs for a field that holds an object or a list of objects: for all of its parts that are required. */
export function hasPartInputs(field: Field): boolean {
  if (field.type !== "json" || field.fields === undefined) return false;
  const missing = listPartFields(field).some((part) => part.required && !part.read_only && !hasInput(part));
  return !missing && listPartInputs(field).length > 0;
}

/** Whether a form has an input for a field: also for lists of records and of texts. */
export const hasFormInput = (field: Field): boolean =>
  field.type !== "json" || hasPartInputs(field) || field.format === "conditions";

const MAX_FIRST_PARTS = 6;

/** Returns the inputs that are shown first: those that are required or columns, and what the object refers to. */
export function listFirstParts(field: Field): Field[] {
  const inputs = listPartInputs(field);
  if (field.columns === undefined) return inputs.slice(0, MAX_FIRST_PARTS);
  return inputs.filter(({ name, required, type }) => required || type === "reference" || field.columns?.includes(name) === true);
}

/** Returns the id by which a request names an item of a list: its own, or that of the line it came of. */
const findItemId = (item: Part): string =>
  String(item.id ?? Object.entries(item).find(([name]) => name.endsWith("line_id"))?.[1] ?? "");

/** Returns an object as the API takes it: without what the system computes. A price that the system found is found again. */
export function toPartInput(stored: Part, field: Field): Part {
  const inputs = listPartFields(field).filter(({ read_only }) => !read_only);
  return Object.fromEntries(
    inputs.flatMap(({ name, item_of }) => {
      const value = item_of === undefined ? stored[name] : (stored[name] ?? findItemId(stored));
      return value === undefined || stored[`${name}_is_manual`] === false ? [] : [[name, value]];
    }),
  );
}

const MAX_ITEM_TEXT = 80;

/** Names an entry without a title: a competitor by its `competitor_name`, and a comment by the beginning of its text. */
const readItemText = (item: Part): string =>
  String(Object.entries(item).find(([name]) => name.endsWith("_name"))?.[1] ?? item.body ?? "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, MAX_ITEM_TEXT);

/** Returns the items that a part can name, with their names. */
export const listItemChoices = (items: unknown): { id: string; name: string }[] =>
  ((items ?? []) as readonly Part[]).map((item, index) => ({
    id: findItemId(item),
    name: nameRecord(item) || readItemText(item) || String(index + 1),
  }));

interface ItemSource {
  /** The list of the other record. */
  readonly list: string;
  /** The field that refers to the other record, and its kind. */
  readonly reference: string;
  readonly record: string;
}

/** Finds the list of another record whose entries the parts of a kind name, as the items of a case name lines of its order. */
export function findItemSource({ fields }: { readonly fields: readonly Field[] }): ItemSource | undefined {
  const names = fields.map(({ name }) => name);
  const list = fields
    .flatMap((field) => listPartFields(field).flatMap(({ item_of }) => item_of ?? []))
    .find((name) => !names.includes(name));
  const reference = fields.find(
    ({ type, required, record, multiple }) => type === "reference" && required && record && !multiple,
  );
  return list && reference?.record ? { list, reference: reference.name, record: reference.record } : undefined;
}

/** Sets a value of an object. An object without values is none. */
export function changePart(part: Part | null, name: string, value: unknown): Part | null {
  const next = { ...part, [name]: value };
  return Object.values(next).every(isEmptyValue) ? null : next;
}

/** Puts a part of a list one place up or down. At the ends it stays. */
export function movePart<T>(parts: readonly T[], index: number, places: -1 | 1): T[] {
  const target = index + places;
  if (target < 0 || target >= parts.length) return [...parts];
  const rest = parts.filter((_, place) => place !== index);
  return [...rest.slice(0, target), ...parts.slice(index, index + 1), ...rest.slice(target)];
}
