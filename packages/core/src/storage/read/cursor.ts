import { timingSafeEqual } from "node:crypto";
import { useActorId, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { computeMac, keyFor } from "../vault/secret.ts";

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
  return `${body}.${await sign(body, query)}`;
}

export async function open(cursor: string, query: string): Promise<CursorPosition> {
  const [body = "", signature = ""] = cursor.split(".");
  const expectedSignature = Buffer.from(await sign(body, query));
  const actualSignature = Buffer.from(signature);
  if (actualSignature.length !== expectedSignature.length || !timingSafeEqual(actualSignature, expectedSignature)) {
    throw invalid("cursor", "Must be a cursor of this list for this caller");
  }
  const [after, total, bound] = JSON.parse(Buffer.from(body, "base64url").toString()) as [string, number, number];
  return { after, total, isLowerBound: bound === 1 };
}

const sign = async (body: string, query: string): Promise<string> =>
  computeMac(await keyFor("cursor"), body, useTenant(), useActorId(), query).slice(0, 22);
