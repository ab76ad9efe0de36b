import { createHmac } from "node:crypto";
import { isSameSecret } from "../../storage/vault/secret.ts";

/** Codes of authenticator apps: TOTP (RFC 6238) with HMAC-SHA-1, 30 seconds and 6 digits, which all apps support. */

const STEP_SECONDS = 30;
const DIGITS = 6;
/** Steps before and after the present one whose codes are accepted, because clocks of phones differ. */
const WINDOW_STEPS = 1;

/** Returns the code of a time step (RFC 4226, 5.3). */
export function computeCode(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0x0f) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

export const computeStep = (ms: number): number => Math.floor(ms / 1000 / STEP_SECONDS);

/**
 * Returns the time step of a code at an instant; undefined for a wrong code, and for a code of `lastStep` or before, which was used or is
 * older than the used one. All steps of the window are compared, so the duration does not tell how near a code is.
 */
export function findStep(secret: Uint8Array, code: string, ms: number, lastStep: number | null): number | undefined {
  const now = computeStep(ms);
  const steps = Array.from({ length: 2 * WINDOW_STEPS + 1 }, (_, index) => now - WINDOW_STEPS + index);
  const matches = steps.filter((step) => step >= 0 && isSameSecret(computeCode(secret, step), code));
  return matches.find((step) => lastStep === null || step > lastStep);
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Encodes bytes in base32 (RFC 4648) without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((group) => BASE32[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

export function decodeBase32(text: string): Uint8Array {
  const bits = Array.from(text, (character) => BASE32.indexOf(character).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** Returns the address that authenticator apps read from a QR code. */
export function buildOtpauthUri(issuer: string, account: string, secret: string): string {
  // A colon separates the issuer from the account, so neither may contain one.
  const label = [issuer, account].map((name) => encodeURIComponent(name.replaceAll(":", " "))).join(":");
  const query = { secret, issuer: issuer.replaceAll(":", " "), algorithm: "SHA1", digits: DIGITS, period: STEP_SECONDS };
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `otpauth://totp/${label}?${parameters.join("&")}`;
}
