import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import * as z from "zod";
import { jsonIn } from "../../provider/http.rules.ts";
import { mac } from "../../storage/vault/secret.ts";

/**
 * What an address of ours in a mail says, so that nobody else can read it or make one: the message, and where the link leads. The same of
 * the same words, so that a mail is the same at each try. Pure.
 */

const Said = z.tuple([z.enum(["open", "click"]), z.string(), z.string(), z.number().int().nonnegative(), z.string(), z.number()]);

export interface Spoken {
  kind: "open" | "click";
  tenant: string;
  message: string;
  /** Of the link, from 1 on; 0 is the one that no person sees, and of an open. */
  link: number;
  /** Empty of an open, and of the hidden link. */
  address: string;
  /** Milliseconds: when the mail was written. */
  at: number;
}

const DAY = 24 * 60 * 60 * 1000;
export const LIFETIME = 400 * DAY;

const NONCE = 12;
const TAG = 16;

export function sealed({ kind, tenant, message, link, address, at }: Spoken, key: KeyObject): string {
  const text = JSON.stringify([kind, tenant, message, link, address, at]);
  // Made of the words: other words have another one.
  const nonce = Buffer.from(mac(key, "nonce", text), "base64url").subarray(0, NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

/** Undefined of what we have not made, of another kind, and of what is too old. */
export function opened(token: string, kind: Spoken["kind"], key: KeyObject, now: number): Spoken | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length <= NONCE + TAG || bytes.toString("base64url") !== token) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  let text: Buffer;
  try {
    text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
  const { data } = Said.safeParse(jsonIn(text));
  if (!data) return undefined;
  const [said, tenant, message, link, address, at] = data;
  return said === kind && at + LIFETIME > now ? { kind, tenant, message, link, address, at } : undefined;
}
