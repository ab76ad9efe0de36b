/** What stands in a cell: text, or what a spreadsheet says that it is, written plainly. */
export type Cell = string | readonly [type: "number" | "boolean" | "date" | "error", text: string];

/** A cell as it is written: numbers and booleans as such, an empty one as null. */
export type OutputCell = string | number | boolean | null;
