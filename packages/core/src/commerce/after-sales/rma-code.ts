import { randomBytes } from "node:crypto";
import * as z from "zod";

/**
 * The code by which staff and customers name a case. Its 16 characters of 5 random bits are 80 bits: too many to guess one, and for two cases to get
 * the same. The alphabet is that of Crockford's Base32, which has no I, L, O and U.
 */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
const PREFIX = "RMA";

export function createRmaCode(): string {
  // 256 is a multiple of 32, so each character is equally likely.
  const characters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return formatCode(characters);
}

const formatCode = (characters: string): string => [PREFIX, ...(characters.match(/.{4}/g) ?? [])].join("-");

/** Returns the code as it is stored. People type small letters, other separators, and O, I or L for 0 and 1. */
export function normalizeRmaCode(typed: string): string {
  const characters = typed
    .toUpperCase()
    .replace(/^\s*RMA/, "")
    .replace(/[\s\-_.–—]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  return characters.length === LENGTH ? formatCode(characters) : typed;
}

/** The input of a code. */
export const rmaCode = () =>
  z
    .string()
    .trim()
    .max(64)
    .overwrite(normalizeRmaCode)
    .meta({ examples: ["RMA-7K3M-9QXT-2B8V-W4NZ"] });
