import type { Field } from "../../api/kind.ts";

/** Whether the console has an input for a field. Lists of objects have inputs of their own kinds of pages. */
export const hasInput = ({ type, multiple, format }: Pick<Field, "type" | "multiple" | "format">): boolean =>
  type !== "json" && !(multiple && format !== "tags" && type !== "choice" && type !== "master");

/** The values with which a new form begins, or a new object in one. */
export const listDefaults = (fields: readonly Pick<Field, "name" | "default">[]): Record<string, unknown> =>
  Object.fromEntries(fields.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])));
