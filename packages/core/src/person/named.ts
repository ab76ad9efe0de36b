import { invalidAll } from "../kernel/error.ts";
import { splitName } from "../kernel/text.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { type Claim, resolve } from "./resolve.ts";

/** Records that stand for a person and keep what was typed of them: names, an email address, two telephone numbers. */

type Typed = { [K in "first_name" | "last_name" | "email" | "phone" | "mobile"]?: string | null | undefined };

/** What such a record says about the human behind it. */
export const claimOf = ({ first_name, last_name, email, phone, mobile }: Typed): Claim => ({
  first_name: first_name ?? null,
  last_name: last_name ?? null,
  emails: [email],
  phones: [phone, mobile],
});

/**
 * Contact points typed anew on a record are added to its person; none is taken away (contract). `lead_id` is kept on the
 * points as the lead that told of them.
 */
export async function attachPoints(
  tx: Transaction,
  current: Typed & { personal_key_id: string },
  next: Typed,
  { lead_id }: { lead_id: string | null },
): Promise<void> {
  const fresh = (field: "email" | "phone" | "mobile") => (next[field] === current[field] ? null : next[field]);
  const [email, phone, mobile] = [fresh("email"), fresh("phone"), fresh("mobile")];
  if (!email && !phone && !mobile) return;
  const claim = { ...claimOf({ ...next, email, phone, mobile }), personal_key_id: current.personal_key_id };
  await (await resolve(claim)).write(tx, lead_id);
}

/** The names of what may give a full name in their place. */
export const namesOf = <T extends { full_name?: string | null | undefined }>({ full_name, ...names }: T) => ({
  ...partsOf(full_name ?? undefined),
  ...names,
});

function partsOf(full: string | undefined): { first_name?: string; last_name?: string } {
  if (full === undefined) return {};
  const { first_name, last_name } = splitName(full);
  return { ...(first_name ? { first_name } : {}), ...(last_name ? { last_name } : {}) };
}

export function requireNames<T extends { first_name?: string | null | undefined; last_name?: string | null | undefined }>(
  named: T,
): T & { first_name: string; last_name: string } {
  const missing = (["first_name", "last_name"] as const).filter((field) => !named[field]);
  if (missing.length > 0) throw invalidAll(missing.map((field) => ({ field, message: "Required" })));
  return named as T & { first_name: string; last_name: string };
}
