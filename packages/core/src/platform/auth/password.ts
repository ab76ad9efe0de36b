import { timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { invalid, unauthenticated } from "../../kernel/error.ts";
import { readItem, tableName } from "../../storage/table/database.ts";
import { recordKey } from "../../storage/table/key.ts";
import { computeMac, keyFor } from "../../storage/vault/secret.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type Derivation, useDerivation } from "./password-derivation.ts";
import { isBasedOn, isMonotonous, listBaseForms } from "./password-strength.rules.ts";

/** Passwords: hashed with argon2id (password-derivation.ts). The hash is in its own item, beside the user. */
const TAG_LENGTH = 32;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

const encodeHash = ({ memory, passes, parallelism }: Derivation["cost"], nonce: Uint8Array, tag: Uint8Array): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;

/** Returns a hash that no password has. */
const buildDummyHash = (): string => encodeHash(useDerivation().cost, Buffer.alloc(16), Buffer.alloc(TAG_LENGTH));

export const schema = z
  .string()
  .min(10, "Must have at least 10 characters")
  .max(256)
  .refine((password) => !isMonotonous(password), "Too easy to guess");

/** What is known about the user who chooses a password. */
export interface PasswordOwner {
  /** The normalised email; the salt is derived from it. */
  login: string;
  /** Names and addresses, which the password must not contain. */
  personalTexts: readonly (string | null | undefined)[];
  /** Names of the tenant; the password must not be one of them, with or without a year added. */
  tenantNames: readonly string[];
}

/**
 * Hashes a new password; refuses one that attackers try first. The salt is a keyed hash of the email, so one derivation verifies a person in every
 * tenant. Signing in therefore takes the same time for a user of many tenants and for an unknown email.
 */
export async function hash(password: string, { login, ...owner }: PasswordOwner): Promise<string> {
  await requireStrong(password, owner);
  const { cost } = useDerivation();
  const nonce = Buffer.from(computeMac(await keyFor("sessions", "password"), login), "base64url").subarray(0, 16);
  return encodeHash(cost, nonce, await deriveTag(password, { ...cost, nonce, tagLength: TAG_LENGTH }));
}

/** Refuses a password that attackers try first. */
export async function requireStrong(
  password: string,
  { personalTexts, tenantNames }: Omit<PasswordOwner, "login">,
): Promise<void> {
  const lower = password.toLowerCase();
  const personalText = personalTexts
    .map((text) => (text?.split("@")[0] ?? "").toLowerCase())
    .find((text) => text.length >= 4 && lower.includes(text));
  if (personalText) throw invalid("password", "Must not contain your name or email");
  if (isBasedOn(password, tenantNames)) throw invalid("password", "Must not be based on the name of your organisation");
  if (await isCommon(password)) throw invalid("password", "Too common: choose a password that others do not use");
}

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

async function isCommon(password: string): Promise<boolean> {
  // Loaded on demand: few requests set a password, and the list is long.
  commonPasswords ??= import("./common-passwords.ts").then(({ loadCommonPasswords }) => loadCommonPasswords());
  const list = await commonPasswords;
  return [...listBaseForms(password)].some((form) => list.has(form));
}

interface DerivationParameters {
  memory: number;
  passes: number;
  parallelism: number;
  nonce: Uint8Array;
  tagLength: number;
}

const deriveTag = (password: string, parameters: DerivationParameters): Promise<Buffer> =>
  useDerivation().argon2id({ ...parameters, message: normalizePassword(password) });

/**
 * Returns for each hash whether the password matches it. Hashes with the same salt share one derivation, and a missing hash costs one derivation too:
 * the response time must not tell whether the user exists, in how many tenants, or whether they have chosen a password.
 */
export async function verifyAll(password: string, hashes: readonly (string | undefined)[]): Promise<boolean[]> {
  const bySalt = new Map<string, Promise<Buffer>>();
  const results = (hashes.length > 0 ? hashes : [undefined]).map(async (stored) => {
    const [, , , parameters = "", nonce = "", tag = ""] = (stored ?? buildDummyHash()).split("$");
    const [memory = 0, passes = 0, parallelism = 0] = parameters.split(",").map((parameter) => Number(parameter.split("=")[1]));
    const expectedTag = Buffer.from(tag, "base64");
    // A user without a password needs no derivation if another hash causes one.
    const hasOtherHash = stored === undefined && hashes.some((hash) => hash !== undefined);
    if (hasOtherHash) return false;
    const salt = `${parameters}$${nonce}`;
    const options = { memory, passes, parallelism, nonce: Buffer.from(nonce, "base64"), tagLength: expectedTag.length };
    const tags = bySalt.get(salt) ?? deriveTag(password, options);
    bySalt.set(salt, tags);
    return timingSafeEqual(await tags, expectedTag) && stored !== undefined;
  });
  return (await Promise.all(results)).slice(0, hashes.length);
}

export const verify = async (password: string, stored: string | undefined): Promise<boolean> =>
  (await verifyAll(password, [stored]))[0] === true;

/** Unicode-normalises a password, so that composed and decomposed accents from different keyboards are equal (NIST SP 800-63B). */
const normalizePassword = (password: string): string => password.normalize("NFKC");

const passwordKey = (userId: string) => ({ ...recordKey(useTenant(), userId), sk: "~password" });

export const write = (tx: Transaction, userId: string, hashed: string): Transaction =>
  tx.put({ ...passwordKey(userId), hash: hashed });

/** Adds a condition: the transaction succeeds only if the password is still the one that was verified. */
export const requireUnchanged = (tx: Transaction, userId: string, hashed: string): Transaction =>
  tx.add(
    {
      ConditionCheck: {
        TableName: tableName(),
        Key: passwordKey(userId),
        ConditionExpression: "#hash = :hash",
        ExpressionAttributeNames: { "#hash": "hash" },
        ExpressionAttributeValues: { ":hash": hashed },
      },
    },
    () => unauthenticated("The password has just been changed"),
  );

export async function read(userId: string): Promise<string | undefined> {
  const item = await readItem(passwordKey(userId));
  return item && String(item.hash);
}

export * as Password from "./password.ts";
