import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { get, tableName } from "../../storage/table/database.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { UserRecord } from "./user.entity.ts";

/**
 * Where a sign-in finds its users: by email, one item a tenant. It is also the lock that keeps an email to one user of
 * a tenant.
 */

/** An email as it is compared: who signs in may add blanks, and type upper or lower case. */
export const normalizeEmail = (email: string): string => email.trim().normalize("NFC").toLowerCase();

export const partitionKey = (email: string): string => systemKey("login", hashTexts(normalizeEmail(email)));

const loginKey = (email: string): Key => ({ pk: partitionKey(email), sk: useTenant() });

/** With the hash of the password, where there is one: so that a sign-in finds out that it is wrong before it touches a tenant. */
export function add(tx: Transaction, user: UserRecord, hash: string | undefined): void {
  tx.put(
    { ...loginKey(user.email), user_id: user.id, hash: hash ?? null },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => conflict("A user with this email exists", [{ field: "email", message: "Already in use" }]),
    },
  );
}

/** The user of the tenant who signs in with an email. */
export async function findHolder(email: string): Promise<string | undefined> {
  const item = await get(loginKey(email));
  return item && String(item.user_id);
}

export function remove(tx: Transaction, user: UserRecord): void {
  tx.delete(loginKey(user.email));
}

/** The hash of a new password. */
export function setHash(tx: Transaction, user: UserRecord, hash: string): void {
  tx.add({
    Update: {
      TableName: tableName(),
      Key: loginKey(user.email),
      UpdateExpression: "SET #hash = :hash",
      ConditionExpression: "user_id = :user",
      ExpressionAttributeNames: { "#hash": "hash" },
      ExpressionAttributeValues: { ":hash": hash, ":user": user.id },
    },
  });
}

/** Follows the user's email; false when the old one signs them in as well. */
export function move(tx: Transaction, before: UserRecord, after: UserRecord, hash: string | undefined): boolean {
  if (normalizeEmail(before.email) === normalizeEmail(after.email)) return false;
  remove(tx, before);
  add(tx, after, hash);
  return true;
}

export * as Login from "./login.ts";
