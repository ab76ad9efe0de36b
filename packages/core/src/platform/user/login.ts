import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { readItem, tableName } from "../../storage/table/database.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { UserRecord } from "./user.entity.ts";

/**
 * The login items, by which a sign-in finds the users of an email: one item for each tenant. The item is also the lock that keeps an email unique
 * within a tenant.
 */

/** Normalises an email for comparison: without outer blanks, in lower case. */
export const normalizeEmail = (email: string): string => email.trim().normalize("NFC").toLowerCase();

export const partitionKey = (email: string): string => systemKey("login", hashTexts(normalizeEmail(email)));

const loginKey = (email: string): Key => ({ pk: partitionKey(email), sk: useTenant() });

/** Adds the login item. It contains the password hash, if there is one, so that a sign-in can refuse a wrong password without reading the tenant. */
export function add(tx: Transaction, user: UserRecord, hash: string | undefined): void {
  tx.put(
    { ...loginKey(user.email), user_id: user.id, hash: hash ?? null },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => conflict("A user with this email already exists", [{ field: "email", message: "Already in use" }]),
    },
  );
}

/** Returns the user of the tenant who signs in with an email. */
export async function findHolder(email: string): Promise<string | undefined> {
  const item = await readItem(loginKey(email));
  return item && String(item.user_id);
}

export function remove(tx: Transaction, user: UserRecord): void {
  tx.delete(loginKey(user.email));
}

/** Sets the hash after a password change. */
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

/** Moves the login item when the user's email changes; returns false if both emails are normalised to the same. */
export function move(tx: Transaction, before: UserRecord, after: UserRecord, hash: string | undefined): boolean {
  if (normalizeEmail(before.email) === normalizeEmail(after.email)) return false;
  remove(tx, before);
  add(tx, after, hash);
  return true;
}

export * as Login from "./login.ts";
