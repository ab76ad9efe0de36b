import type { Cell } from "../../lib/spreadsheet/cell.ts";

/** Returns the text of a cell without the spaces around it. */
export const cellText = (cell: Cell): string => (typeof cell === "string" ? cell : cell[1]).trim();
