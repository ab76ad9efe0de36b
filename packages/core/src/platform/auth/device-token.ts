import { randomBytes } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { computeMac, isMac, keyFor, keysFor } from "../../storage/vault/secret.ts";

/**
 * Tokens of devices on which a user has signed in. Wrong passwords on such a device are counted for the device alone, so that strangers who
 * guess a password do not lock its owner out. A token is of no other use: the password is still required.
 *
 * A token is valid for one email, tenant and user, until it expires or the password changes. It contains a keyed hash of the stored password
 * hash, so nothing is stored for it, and it is checked with the items that a sign-in reads anyway.
 */
const VALID_SECONDS = 90 * 24 * 60 * 60;

export interface Device {
  id: string;
  tenant_id: string;
  user_id: string;
  passwordMark: string;
}

interface DeviceOwner {
  /** Normalised. */
  email: string;
  user_id: string;
}

const signedTexts = (email: string, parts: readonly string[]): string[] => ["device", email, ...parts];
const markedTexts = (deviceId: string, hash: string): string[] => ["device password", deviceId, hash];

/** Issues a token to a device on which a user of the present tenant has signed in with the password of `hash`. */
export async function issue({ email, user_id }: DeviceOwner, hash: string): Promise<string> {
  const id = randomBytes(12).toString("base64url");
  const expires = (Clock.toEpochSeconds(Clock.now()) + VALID_SECONDS).toString(36);
  const key = await keyFor("sessions", "refresh");
  const parts = [useTenant(), user_id, id, expires, computeMac(key, ...markedTexts(id, hash))];
  return [...parts, computeMac(key, ...signedTexts(email, parts))].join(".");
}

/** Returns the device of a token that is genuine, unexpired and issued for this email. Reads nothing from the table. */
export async function read(token: string, email: string): Promise<Device | undefined> {
  const parts = token.split(".");
  const signature = parts.pop() ?? "";
  const [tenant_id = "", user_id = "", id = "", expires = "", passwordMark = ""] = parts;
  if (!isMac(signature, await keysFor("sessions", "refresh"), ...signedTexts(email, parts))) return undefined;
  return Number.parseInt(expires, 36) * 1000 > Clock.ms() ? { id, tenant_id, user_id, passwordMark } : undefined;
}

/** Whether the user still has the password with which the device signed in. */
export const hasPassword = async ({ id, passwordMark }: Device, hash: string): Promise<boolean> =>
  isMac(passwordMark, await keysFor("sessions", "refresh"), ...markedTexts(id, hash));

export * as DeviceToken from "./device-token.ts";
