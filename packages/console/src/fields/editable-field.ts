import type { Field } from "../data/kind.ts";

/** Whether the console has an input for a field. Lists of objects have inputs of their own kinds of pages. */
export const hasInput = ({ type, multiple, format }: Pick<Field, "type" | "multiple" | "format">): boolean =>
  type !== "json" && !(multiple && format !== "tags" && type !== "choice" && type !== "master");
