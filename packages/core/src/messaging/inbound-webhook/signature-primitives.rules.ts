import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The building blocks of signature checks. */

/** Maximum difference in seconds between the signed time and the clock of the server. */
export const TOLERANCE_SECONDS = 5 * 60;

/** Compares two texts in constant time. */
export function isEqual(expected: string, actual: string): boolean {
  const [expectedBytes, actualBytes] = [Buffer.from(expected), Buffer.from(actual)];
  return expectedBytes.length === actualBytes.length && timingSafeEqual(expectedBytes, actualBytes);
}

type Bytes = string | Uint8Array;

export const hmac = (algorithm: "sha1" | "sha256", key: Bytes, ...parts: readonly Bytes[]): Buffer =>
  parts.reduce((digest, part) => digest.update(part), createHmac(algorithm, key)).digest();

/** Returns the digest in hexadecimal. */
export function sha256(...parts: readonly Bytes[]): string {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return digest.digest("hex");
}

/** Tells whether a time in whole seconds, as in a header, is close enough to now. */
export function isFresh(seconds: string | undefined, now: number): seconds is string {
  if (seconds === undefined || !/^\d{1,12}$/.test(seconds)) return false;
  return Math.abs(now / 1000 - Number(seconds)) <= TOLERANCE_SECONDS;
}

/** Decodes Base64; undefined if it is not valid or not in canonical form. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  const canonicalText = bytes.toString("base64");
  return bytes.length > 0 && (canonicalText === text || canonicalText.replace(/=+$/, "") === text) ? bytes : undefined;
}
