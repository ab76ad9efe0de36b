import { useActorId, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { computeMac, isSameSecret, keysFor } from "../vault/secret.ts";

/**
 * The position at which a list continues: after this sort key. It carries the total, so that the total is computed once for each list, not
 * for each page.
 */
export interface CursorPosition {
  after: string;
  total: number;
  isLowerBound: boolean;
}

/** Encodes a position as an opaque cursor. Its signature binds it to one tenant, actor and query. */
export async function seal(position: CursorPosition, query: string): Promise<string> {
  const body = Buffer.from(JSON.stringify([position.after, position.total, position.isLowerBound ? 1 : 0])).toString("base64url");
  return `${body}.${(await signatures(body, query))[0]}`;
}

export async function open(cursor: string, query: string): Promise<CursorPosition> {
  const [body = "", signature = ""] = cursor.split(".");
  if (!(await signatures(body, query)).some((expectedSignature) => isSameSecret(expectedSignature, signature)))
    throw invalid("cursor", "Must be a cursor of this list for this caller");
  const [after, total, bound] = JSON.parse(Buffer.from(body, "base64url").toString()) as [string, number, number];
  return { after, total, isLowerBound: bound === 1 };
}

/** The signature by each key; the first is the one of new cursors. */
const signatures = async (body: string, query: string): Promise<string[]> =>
  (await keysFor("requests", "cursor")).map((key) => computeMac(key, body, useTenant(), useActorId(), query).slice(0, 22));
