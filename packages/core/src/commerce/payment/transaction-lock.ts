import { useTenant } from "../../kernel/context.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";

/** The ids that providers give to transactions. Each belongs to one payment or refund for ever. */

interface TransactionName {
  provider: string | null;
  transaction_id: string | null;
}

const lockKey = (provider: string | null, transactionId: string): Key => ({
  pk: tenantKey(useTenant(), "UNIQUE", hashTexts("transaction", provider ?? "", transactionId)),
  sk: "record",
});

/** Returns the id of the payment or refund with this transaction id. */
export async function findByTransaction({ provider, transaction_id }: TransactionName): Promise<string | undefined> {
  if (transaction_id === null) return undefined;
  const item = await readItem(lockKey(provider, transaction_id));
  return item && String(item.record_id);
}

/** Reserves the transaction id for a record. If another request has just reserved it, the caller reads again. */
export function lockTransaction(tx: Transaction, { provider, transaction_id }: TransactionName, recordId: string): void {
  if (transaction_id === null) return;
  tx.put(
    { ...lockKey(provider, transaction_id), record_id: recordId },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => new WriteConflict(`The transaction ${transaction_id} was recorded at the same time`),
    },
  );
}
