import { usePorts, useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { parseInboundAddress, SUPPORT_MAILBOX } from "./thread.rules.ts";

/**
 * Inbound mail addresses of a tenant besides its support address. Each belongs to one record, by an item written in the transaction
 * that creates or changes the record.
 */

const addressKey = (name: string): Key => ({
  pk: tenantKey(useTenant(), "MAILADDRESS", hashTexts("mail-address", name)),
  sk: "address",
});

/** Returns the local part of an inbound address of the tenant with this slug; undefined for any other address. */
export function parseName(address: string, slug: string): string | undefined {
  const { inboundDomain } = usePorts();
  const place = inboundDomain === undefined ? undefined : parseInboundAddress(address, inboundDomain);
  return place?.slug === slug && place.token === null && place.name !== SUPPORT_MAILBOX ? place.name : undefined;
}

/** Returns the record with this address name. The support address has none. */
export async function findHolder(name: string): Promise<string | undefined> {
  const item = name === SUPPORT_MAILBOX ? undefined : await readItem(addressKey(name));
  return item && String(item.id);
}

/** Returns the record to whose address a mail was sent; undefined if the support address is also among the recipients. */
export async function findReceiver(recipients: readonly string[]): Promise<string | undefined> {
  const names = recipients.map((recipient) => recipient.slice(0, recipient.lastIndexOf("@")).toLowerCase().split("+")[0] ?? "");
  if (names.includes(SUPPORT_MAILBOX)) return undefined;
  for (const name of names) {
    const holder = await findHolder(name);
    if (holder !== undefined) return holder;
  }
  return undefined;
}

/** Adds the writes for a changed address to the transaction. */
export function applyChange(tx: Transaction, id: string, before: string | undefined, after: string | undefined): void {
  if (before === after) return;
  if (before !== undefined) tx.delete(addressKey(before), { condition: "id = :id", values: { ":id": id } });
  if (after !== undefined)
    tx.put(
      { ...addressKey(after), id },
      {
        condition: "attribute_not_exists(pk)",
        rejection: () => conflict("Another account already uses this address", [{ field: "address", message: "Already in use" }]),
      },
    );
}

export * as InboundAddress from "./address.ts";
