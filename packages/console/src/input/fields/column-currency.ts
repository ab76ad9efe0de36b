import type { Field } from "../../api/kind.ts";
import { currencyFor, formatAmount, formatMoney, isEmptyValue, type LabelledRecord, readValue } from "../../api/value-text.ts";

/** A column of amounts in one currency has it once, in its head. */

/** Returns the currency in which all amounts are. Undefined: they differ, or there are none. */
export function findSharedCurrency(currencies: readonly string[]): string | undefined {
  const [first] = currencies;
  return currencies.every((currency) => currency === first) ? first : undefined;
}

/** Returns the currency in which all these records have a field. Undefined: they differ. Without amounts it is that of new ones. */
export function findColumnCurrency(
  records: readonly LabelledRecord[],
  field: Field,
  tenant: { readonly currency: string },
): string | undefined {
  const filled = records.filter((record) => !isEmptyValue(readValue(record, field.name)));
  return findSharedCurrency((filled.length > 0 ? filled : [{}]).map((record) => currencyFor(record, field, tenant)));
}

/** Labels a column whose head has this currency. Undefined: the amounts name theirs. */
export const labelAmounts = (label: string, currency: string | undefined): string =>
  currency === undefined ? label : `${label} (${currency})`;

/** Writes an amount in such a column. The text is isolated, so that its sign stays before it from right to left. */
export const formatColumnAmount = (
  amount: string,
  currency: string,
  { head, locale, format }: { readonly head: string | undefined; readonly locale: string; readonly format?: Field["format"] },
): string =>
  currency === head
    ? `\u2068${formatAmount(amount, currency, locale, format)}\u2069`
    : formatMoney(amount, currency, locale, format);
