import { usePorts, useTenant } from "../kernel/context.ts";
import { conflict } from "../kernel/error.ts";
import { get } from "../storage/table/database.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { MAILBOX, placeOf } from "./thread.rules.ts";

/**
 * Addresses of a tenant to which mails come, beside that of its tickets: each is one record's, by an item in the transaction that makes or
 * changes the record.
 */

const keyOf = (name: string): Key => ({ pk: tenantKey(useTenant(), "MAILADDRESS", hashed("mail-address", name)), sk: "address" });

/** The part of an address before the @ where it is one to which mails come, of the tenant with this slug; undefined of any other. */
export function nameIn(address: string, slug: string): string | undefined {
  const { inboundDomain } = usePorts();
  const place = inboundDomain === undefined ? undefined : placeOf(address, inboundDomain);
  return place?.slug === slug && place.token === null && place.name !== MAILBOX ? place.name : undefined;
}

/** The record that has an address by this name; the tickets' is nobody's. */
export async function holderOf(name: string): Promise<string | undefined> {
  const item = name === MAILBOX ? undefined : await get(keyOf(name));
  return item && String(item.id);
}

/** The record to whose address a mail came; undefined of one that came to that of tickets, too. */
export async function receiverOf(recipients: readonly string[]): Promise<string | undefined> {
  const names = recipients.map((each) => each.slice(0, each.lastIndexOf("@")).toLowerCase().split("+")[0] ?? "");
  if (names.includes(MAILBOX)) return undefined;
  for (const name of names) {
    const holder = await holderOf(name);
    if (holder !== undefined) return holder;
  }
  return undefined;
}

/** Writes what follows from an address that is another than before. */
export function follow(tx: Transaction, id: string, before: string | undefined, after: string | undefined): void {
  if (before === after) return;
  if (before !== undefined) tx.delete(keyOf(before), { condition: "id = :id", values: { ":id": id } });
  if (after !== undefined)
    tx.put(
      { ...keyOf(after), id },
      {
        condition: "attribute_not_exists(pk)",
        refused: () => conflict("Another account has this address", [{ field: "address", message: "Already in use" }]),
      },
    );
}

export * as InboundAddress from "./address.ts";
