import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** What the checks of all providers are made of. */

/** Seconds by which the time that a signature covers may differ from ours. */
export const TOLERANCE_SECONDS = 5 * 60;

/** Whether both are the same; how long that takes does not say where they differ. */
export function isEqual(wanted: string, given: string): boolean {
  const [own, other] = [Buffer.from(wanted), Buffer.from(given)];
  return own.length === other.length && timingSafeEqual(own, other);
}

type Bytes = string | Uint8Array;

export const hmac = (algorithm: "sha1" | "sha256", key: Bytes, ...parts: readonly Bytes[]): Buffer =>
  parts.reduce((digest, part) => digest.update(part), createHmac(algorithm, key)).digest();

/** In hexadecimal digits. */
export function sha256(...parts: readonly Bytes[]): string {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return digest.digest("hex");
}

/** Whether a time, in whole seconds as a header has it, is near enough to now. */
export function isFresh(seconds: string | undefined, now: number): seconds is string {
  if (seconds === undefined || !/^\d{1,12}$/.test(seconds)) return false;
  return Math.abs(now / 1000 - Number(seconds)) <= TOLERANCE_SECONDS;
}

/** The bytes that a text in base64 stands for; undefined for what is none, or is written in another way than everybody writes it. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  const written = bytes.toString("base64");
  return bytes.length > 0 && (written === text || written.replace(/=+$/, "") === text) ? bytes : undefined;
}
