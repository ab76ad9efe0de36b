import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { computeMac, isMac, keyFor, keysFor } from "../../storage/vault/secret.ts";

/**
 * A challenge shows that its holder has sent the right password, and is of no other use: a code of the second factor is still required. It is
 * signed, and valid for one tenant and user until it expires or the password changes. Nothing is stored for it.
 */
const VALID_SECONDS = 5 * 60;

interface Challenge {
  tenant_id: string;
  user_id: string;
  expires: string;
  passwordMark: string;
}

const signedTexts = (parts: readonly string[]): string[] => ["second factor", ...parts];
const markedTexts = (userId: string, expires: string, hash: string): string[] => [
  "second factor password",
  userId,
  expires,
  hash,
];

/** Issues a challenge to a user of the present tenant who has sent the password of `hash`. */
export async function issue(userId: string, hash: string): Promise<string> {
  const expires = (Clock.toEpochSeconds(Clock.now()) + VALID_SECONDS).toString(36);
  const key = await keyFor("sessions", "refresh");
  const parts = [useTenant(), userId, expires, computeMac(key, ...markedTexts(userId, expires, hash))];
  return [...parts, computeMac(key, ...signedTexts(parts))].join(".");
}

/** Returns the content of a challenge that is genuine and unexpired. Reads nothing from the table. */
export async function read(token: string): Promise<Challenge | undefined> {
  const parts = token.split(".");
  const signature = parts.pop() ?? "";
  const [tenant_id = "", user_id = "", expires = "", passwordMark = ""] = parts;
  if (!isMac(signature, await keysFor("sessions", "refresh"), ...signedTexts(parts))) return undefined;
  return Number.parseInt(expires, 36) * 1000 > Clock.ms() ? { tenant_id, user_id, expires, passwordMark } : undefined;
}

/** Whether the user still has the password that was sent. */
export const hasPassword = async ({ user_id, expires, passwordMark }: Challenge, hash: string): Promise<boolean> =>
  isMac(passwordMark, await keysFor("sessions", "refresh"), ...markedTexts(user_id, expires, hash));

export * as Challenge from "./challenge.ts";
