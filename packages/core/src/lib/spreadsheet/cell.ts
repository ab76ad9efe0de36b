/** The content of a cell: text, or a typed value as plain text. */
export type Cell = string | readonly [type: "number" | "boolean" | "date" | "error", text: string];

/** A cell to write: numbers and booleans as such, an empty cell as null. */
export type OutputCell = string | number | boolean | null;
