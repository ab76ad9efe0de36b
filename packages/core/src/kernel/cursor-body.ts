/**
 * The position at which a list continues: after this sort key. It carries the total, so that the total is computed once for each list, not
 * for each page, and the number of rows that the pages so far looked at.
 */
export interface CursorPosition {
  readonly after: string;
  readonly total: number;
  readonly isLowerBound: boolean;
  /** Rows that were looked at up to this key. Absent in cursors of ways to read that look at no other rows than those they show. */
  readonly searched?: number | undefined;
  /** The instant to which the relative dates of the list refer. */
  readonly at?: string | undefined;
}

export const formatCursorBody = ({ after, total, isLowerBound, at, searched }: CursorPosition): string => {
  const rest = searched === undefined ? (at === undefined ? [] : [at]) : [at ?? null, searched];
  return Buffer.from(JSON.stringify([after, total, isLowerBound ? 1 : 0, ...rest])).toString("base64url");
};

/** Reads a cursor without checking its signature (storage/read/cursor.ts does). Returns undefined for a text that is no cursor. */
export function parseCursorBody(cursor: string): CursorPosition | undefined {
  try {
    const body: unknown = JSON.parse(Buffer.from(cursor.split(".")[0] ?? "", "base64url").toString());
    if (!Array.isArray(body)) return undefined;
    const [after, total, bound, at, searched] = body;
    const isTime = typeof at === "string" && !Number.isNaN(Date.parse(at));
    return {
      ...{ after: String(after), total: Number(total), isLowerBound: bound === 1 },
      ...(isTime ? { at } : {}),
      ...(typeof searched === "number" ? { searched } : {}),
    };
  } catch {
    return undefined;
  }
}
