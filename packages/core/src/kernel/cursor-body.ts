/**
 * The position at which a list continues: after this sort key. It carries the total, so that the total is computed once for each list, not
 * for each page.
 */
export interface CursorPosition {
  readonly after: string;
  readonly total: number;
  readonly isLowerBound: boolean;
  /** The instant to which the relative dates of the list refer. */
  readonly at?: string | undefined;
}

export const formatCursorBody = ({ after, total, isLowerBound, at }: CursorPosition): string =>
  Buffer.from(JSON.stringify([after, total, isLowerBound ? 1 : 0, ...(at === undefined ? [] : [at])])).toString("base64url");

/** Reads a cursor without checking its signature (storage/read/cursor.ts does). Returns undefined for a text that is no cursor. */
export function parseCursorBody(cursor: string): CursorPosition | undefined {
  try {
    const body: unknown = JSON.parse(Buffer.from(cursor.split(".")[0] ?? "", "base64url").toString());
    if (!Array.isArray(body)) return undefined;
    const [after, total, bound, at] = body;
    const isTime = typeof at === "string" && !Number.isNaN(Date.parse(at));
    return { after: String(after), total: Number(total), isLowerBound: bound === 1, ...(isTime ? { at } : {}) };
  } catch {
    return undefined;
  }
}
