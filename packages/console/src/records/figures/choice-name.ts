import type { Kind } from "../../api/kind.ts";

/** Returns the name of a choice of a field in the language of the page; undefined if the kind has none or is not loaded yet. */
export const nameChoice = (kind: Pick<Kind, "fields"> | undefined, field: string, key: string): string | undefined =>
  kind?.fields.find(({ name }) => name === field)?.choices?.find(({ code, id }) => code === key || id === key)?.name;
