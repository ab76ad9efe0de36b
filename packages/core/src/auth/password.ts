import { randomBytes, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { useTenant } from "../kernel/context.ts";
import { invalid, unauthenticated } from "../kernel/error.ts";
import { get, tableName } from "../storage/table/database.ts";
import { recordKey } from "../storage/table/key.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { type Derivation, derivation } from "./derivation.ts";

/** Passwords: argon2id, as derivation.ts says. The hash lives in an item of its own, beside the user. */
const TAG_LENGTH = 32;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

const written = ({ memory, passes, parallelism }: Derivation["cost"], nonce: Uint8Array, tag: Uint8Array): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;

/** A hash that nobody's password has. */
const nobodys = (): string => written(derivation().cost, Buffer.alloc(16), Buffer.alloc(TAG_LENGTH));

/** What everybody tries first. */
const COMMON =
  /^(?:(?:password|passw0rd|qwerty|letmein|welcome|admin|iloveyou|abc)[\W\d_]*|(.)\1+|0?1234567890*|9876543210?|qwertyuiop.*|asdfghjkl.*)$/i;

export const schema = z
  .string()
  .min(10, "At least 10 characters")
  .max(256)
  .refine((password) => !COMMON.test(password), "Too easy to guess");

/** The hash of a new password, which must not hold what everybody knows about the user. */
export async function hash(password: string, known: readonly string[]): Promise<string> {
  const lower = password.toLowerCase();
  const told = known
    .map((text) => (text.split("@")[0] ?? "").toLowerCase())
    .find((text) => text.length >= 4 && lower.includes(text));
  if (told) throw invalid("password", "Must not contain your name or email");
  const nonce = randomBytes(16);
  const { cost, argon2id } = derivation();
  const tag = await argon2id({ ...cost, tagLength: TAG_LENGTH, message: messageOf(password), nonce });
  return written(cost, nonce, tag);
}

/**
 * Whether the password is the one behind a hash. Without a hash it is not, and finding that out takes as long: an answer
 * must not tell whether there is such a user, or whether they have chosen a password.
 */
export async function verify(password: string, stored: string | undefined): Promise<boolean> {
  const [, , , parameters = "", nonce = "", tag = ""] = (stored ?? nobodys()).split("$");
  const [memory = 0, passes = 0, parallelism = 0] = parameters.split(",").map((each) => Number(each.split("=")[1]));
  const wanted = Buffer.from(tag, "base64");
  const derived = await derivation().argon2id({
    memory,
    passes,
    parallelism,
    tagLength: wanted.length,
    message: messageOf(password),
    nonce: Buffer.from(nonce, "base64"),
  });
  return timingSafeEqual(derived, wanted) && stored !== undefined;
}

/** The same password typed on another keyboard is the same: accents joined or apart (NIST SP 800-63B). */
const messageOf = (password: string): string => password.normalize("NFKC");

const keyOf = (userId: string) => ({ ...recordKey(useTenant(), userId), sk: "~password" });

export const write = (tx: Transaction, userId: string, hashed: string): Transaction => tx.put({ ...keyOf(userId), hash: hashed });

/** The transaction holds only while the password is still the one that was verified. */
export const unchanged = (tx: Transaction, userId: string, hashed: string): Transaction =>
  tx.add(
    {
      ConditionCheck: {
        TableName: tableName(),
        Key: keyOf(userId),
        ConditionExpression: "#hash = :hash",
        ExpressionAttributeNames: { "#hash": "hash" },
        ExpressionAttributeValues: { ":hash": hashed },
      },
    },
    () => unauthenticated("The password has just been changed"),
  );

export async function read(userId: string): Promise<string | undefined> {
  const item = await get(keyOf(userId));
  return item && String(item.hash);
}

export * as Password from "./password.ts";
