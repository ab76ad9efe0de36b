import { useTenant } from "../kernel/context.ts";
import { conflict } from "../kernel/error.ts";
import { hashed, type Key, systemKey } from "../storage/table/key.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import type { UserRecord } from "./user.entity.ts";

/**
 * Where a sign-in finds its users: by email, one item a tenant. It is also the lock that keeps an email to one user of
 * a tenant.
 */

/** An email as it is compared: who signs in may add blanks, and type upper or lower case. */
export const nameOf = (email: string): string => email.trim().normalize("NFC").toLowerCase();

export const partition = (email: string): string => systemKey("login", hashed(nameOf(email)));

const keyOf = (email: string): Key => ({ pk: partition(email), sk: useTenant() });

export function add(tx: Transaction, user: UserRecord): void {
  tx.put(
    { ...keyOf(user.email), user_id: user.id },
    {
      condition: "attribute_not_exists(pk)",
      refused: () => conflict("A user with this email exists", [{ field: "email", message: "Already in use" }]),
    },
  );
}

export function remove(tx: Transaction, user: UserRecord): void {
  tx.delete(keyOf(user.email));
}

/** Follows the user's email; false when the old one signs them in as well. */
export function move(tx: Transaction, before: UserRecord, after: UserRecord): boolean {
  if (nameOf(before.email) === nameOf(after.email)) return false;
  remove(tx, before);
  add(tx, after);
  return true;
}

export * as Login from "./login.ts";
