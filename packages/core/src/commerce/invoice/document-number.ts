import { useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { readItem } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type DocumentType, formatNumber, seriesByType } from "./document-number.rules.ts";

/**
 * Gapless numbers. One counter item for tenant, series and year has the last number with its date. It is written in the transaction of the
 * document that gets the number, so a transaction that fails or a process that dies leaves no gap. Of two concurrent writers the second reads
 * the counter again.
 */

interface NumberedDay {
  invoice_number: string;
  invoice_date: string;
}

/**
 * Adds the next number of a series to the transaction. `requested` is the date of the document; by default it is today in the tenant's zone.
 * Throws RULE_VIOLATION for a date before that of the last number.
 */
export async function takeNumber(tx: Transaction, type: DocumentType, requested: string | null): Promise<NumberedDay> {
  const day = today();
  if (requested !== null && requested > day) throw invalid("invoice_date", `Must not be after today, ${day}`);
  const date = requested ?? day;
  const year = date.slice(0, 4);
  const key = { pk: tenantKey(useTenant(), "GAPLESS", seriesByType[type]), sk: year };
  const counter = await readItem(key);
  const last = Number(counter?.last ?? 0);
  const lastDate = String(counter?.last_date ?? "");
  if (requested !== null && requested < lastDate)
    throw ruleViolation("Numbers must rise with the date", [
      { field: "invoice_date", message: `Must not be before ${lastDate}, the date of number ${formatNumber(type, year, last)}` },
    ]);
  // Today can be before the last date only if the tenant moved to another time zone.
  const isBehind = date < lastDate;
  const invoice_date = isBehind ? lastDate : date;
  tx.put(
    { ...key, last: last + 1, last_date: invoice_date },
    {
      ...(counter
        ? { condition: "#last = :last", names: { "#last": "last" }, values: { ":last": last } }
        : { condition: "attribute_not_exists(pk)" }),
      rejection: () => new WriteConflict(`${seriesByType[type]}-${year} has another last number`),
    },
  );
  return { invoice_number: formatNumber(type, year, last + 1), invoice_date };
}
