import { useActorId, useContext, useTenant } from "../../kernel/context.ts";
import { type CursorPosition, formatCursorBody, parseCursorBody } from "../../kernel/cursor-body.ts";
import { invalid } from "../../kernel/error.ts";
import { computeMac, isSameSecret, keysFor } from "../vault/secret.ts";

/**
 * Encodes a position as an opaque cursor. Its signature binds it to one tenant, actor and query. A list with relative dates continues with the
 * time of its first page, so that rows are neither lost nor repeated when the day changes between pages.
 */
export async function seal(position: CursorPosition, query: string): Promise<string> {
  const body = formatCursorBody({ ...position, at: useContext().relativeTime?.at });
  return `${body}.${(await signatures(body, query))[0]}`;
}

export async function open(cursor: string, query: string): Promise<CursorPosition> {
  const [body = "", signature = ""] = cursor.split(".");
  const position = parseCursorBody(body);
  if (!position || !(await signatures(body, query)).some((expectedSignature) => isSameSecret(expectedSignature, signature)))
    throw invalid("cursor", "Must be a cursor of this list for this caller");
  return position;
}

/** The signature by each key; the first is the one of new cursors. */
const signatures = async (body: string, query: string): Promise<string[]> =>
  (await keysFor("requests", "cursor")).map((key) => computeMac(key, body, useTenant(), useActorId(), query).slice(0, 22));
