import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { anyId, id, instant, oneOf, text } from "../../kernel/schema.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { entryTypes, paymentStates } from "./ledger.rules.ts";
import { LEDGER_ENTRY, ORDER } from "./order.kind.ts";

const signedAmount = () => z.string().meta({ "x-type": "money" });

/** An entry of an order's ledger. It is written once, in the transaction of what it records, and never changes. */
export const Stored = z.object({
  order_id: id(ORDER),
  sequence: z.number().int().describe("Position in the ledger of the order, from 1"),
  entry_type: personalData("financial", oneOf(entryTypes)),
  amount: signedAmount().describe(
    "Below 0 only for an ADJUSTMENT that raises the claim, and for a REVISION that lowers the total",
  ),
  currency: personalData("financial", z.string()),
  occurred_at: personalData("financial", instant().describe("When the money moved or the claim changed, as reported")),
  record_id: personalData("reference", anyId().nullable().describe("The payment, refund or invoice that the entry belongs to")),
  reverses: z.number().int().nullable().describe("For a REVERSAL: the sequence of the entry that it undoes"),
  reversed_type: personalData("financial", oneOf(entryTypes).nullable()),
  provider: personalData("none", z.string().nullable()),
  provider_reference: personalData(
    "identifier",
    z.string().nullable().describe("The provider's id of the charge, refund or dispute"),
  ),
  reason: text(2000).nullable(),
  paid: signedAmount().describe("After the entry, as are the following"),
  refunded: signedAmount(),
  credited: signedAmount(),
  due: signedAmount(),
  balance: signedAmount(),
  payment_state: personalData("financial", oneOf(paymentStates)),
});

export type LedgerEntryRecord = z.output<typeof Stored> & BaseRecord;

export const LedgerEntries = new HistoryCollection<LedgerEntryRecord>({
  kind: LEDGER_ENTRY,
  schema: Stored,
  personalData: { purpose: "Account for what customers paid and owe.", subject: aboutPerson(reach("order_id", ORDER)) },
  row: [
    "order_id",
    "sequence",
    "entry_type",
    "amount",
    "currency",
    "occurred_at",
    "record_id",
    "reverses",
    "reversed_type",
    "provider",
    "provider_reference",
    "reason",
    "paid",
    "refunded",
    "credited",
    "due",
    "balance",
    "payment_state",
  ],
  parent: "order_id",
});
