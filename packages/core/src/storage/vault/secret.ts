import { createHmac, hkdfSync } from "node:crypto";
import { usePorts } from "../../kernel/context.ts";
import type { Secrets } from "../../kernel/ports.ts";

const keys = new WeakMap<Secrets, Map<string, Promise<Buffer>>>();

type Purpose = "cursor" | "intake" | "link" | "mac" | "password" | "refresh" | "request" | "signing_key";

/** A key for one purpose, drawn from the application's secret: no two purposes share one. */
export function keyFor(purpose: Purpose): Promise<Buffer> {
  const { secrets } = usePorts();
  const drawn = keys.get(secrets) ?? new Map<string, Promise<Buffer>>();
  keys.set(secrets, drawn);
  let key = drawn.get(purpose);
  if (!key) {
    key = secrets.get("app").then((secret) => Buffer.from(hkdfSync("sha256", secret, "", `crm:${purpose}`, 32)));
    key.catch(() => drawn.delete(purpose));
    drawn.set(purpose, key);
  }
  return key;
}

export const mac = (key: Buffer, ...texts: readonly string[]): string =>
  createHmac("sha256", key).update(JSON.stringify(texts)).digest("base64url");
