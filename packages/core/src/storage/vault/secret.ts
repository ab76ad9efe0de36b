import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from "node:crypto";
import { usePorts } from "../../kernel/context.ts";
import type { Secrets } from "../../kernel/ports.ts";

const keys = new WeakMap<Secrets, Map<string, Promise<KeyObject>>>();

type Purpose =
  | "booking"
  | "cursor"
  | "intake"
  | "knowledge"
  | "link"
  | "mac"
  | "mail_thread"
  | "offer"
  | "password"
  | "refresh"
  | "request"
  | "signature"
  | "signing_key"
  | "survey"
  | "tracking";

/** A key for one purpose, drawn from the application's secret: no two purposes share one. */
export function keyFor(purpose: Purpose): Promise<KeyObject> {
  const { secrets } = usePorts();
  const drawn = keys.get(secrets) ?? new Map<string, Promise<KeyObject>>();
  keys.set(secrets, drawn);
  let key = drawn.get(purpose);
  if (!key) {
    key = secrets.get("app").then((secret) => createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", `crm:${purpose}`, 32))));
    key.catch(() => drawn.delete(purpose));
    drawn.set(purpose, key);
  }
  return key;
}

export const mac = (key: KeyObject, ...texts: readonly string[]): string =>
  createHmac("sha256", key).update(JSON.stringify(texts)).digest("base64url");

/** Whether somebody gave just this; it takes as long, whichever letter differs. */
export function isSame(wanted: string, given: string): boolean {
  const [own, other] = [Buffer.from(wanted), Buffer.from(given)];
  return own.length === other.length && timingSafeEqual(own, other);
}
