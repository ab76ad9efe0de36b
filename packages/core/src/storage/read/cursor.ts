import { timingSafeEqual } from "node:crypto";
import { useActorId, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { computeMac, keyFor } from "../vault/secret.ts";

/** Where a list goes on: behind this sort key; and its total, so that it is found once a list and not once a page. */
export interface CursorPosition {
  after: string;
  total: number;
  isLowerBound: boolean;
}

/** Opaque, and good for one tenant, actor and query: all of them are signed with it. */
export async function seal(position: CursorPosition, query: string): Promise<string> {
  const body = Buffer.from(JSON.stringify([position.after, position.total, position.isLowerBound ? 1 : 0])).toString("base64url");
  return `${body}.${await sign(body, query)}`;
}

export async function open(cursor: string, query: string): Promise<CursorPosition> {
  const [body = "", signature = ""] = cursor.split(".");
  const wanted = Buffer.from(await sign(body, query));
  const given = Buffer.from(signature);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw invalid("cursor", "Not a cursor of this list, for this caller");
  }
  const [after, total, bound] = JSON.parse(Buffer.from(body, "base64url").toString()) as [string, number, number];
  return { after, total, isLowerBound: bound === 1 };
}

const sign = async (body: string, query: string): Promise<string> =>
  computeMac(await keyFor("cursor"), body, useTenant(), useActorId(), query).slice(0, 22);
