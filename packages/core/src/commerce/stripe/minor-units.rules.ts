import { currencyDecimals } from "../../kernel/amount.ts";
import { type Amount, Money } from "../../kernel/money.ts";

/**
 * Pure rules: amounts in Stripe's minor units, by its own list (docs.stripe.com/currencies), which differs from ISO 4217: the Malagasy ariary has none of
 * its decimals at Stripe, and the Icelandic króna and the Ugandan shilling have two, which are always 00.
 */

const ZERO_DECIMAL_CURRENCIES = new Set("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" "));
const THREE_DECIMAL_CURRENCIES = new Set("BHD JOD KWD OMR TND".split(" "));
/** Currencies with two decimals at Stripe that are charged only in whole units. */
const WHOLE_UNIT_CURRENCIES = new Set(["ISK", "UGX"]);

const stripeDecimals = (currency: string): number =>
  ZERO_DECIMAL_CURRENCIES.has(currency) ? 0 : THREE_DECIMAL_CURRENCIES.has(currency) ? 3 : 2;

/** Returns the number of minor units that Stripe can charge for an amount, rounded half up: thousandths to tens, ISK and UGX to whole units. */
export function toStripeUnits(amount: Amount, currency: string): number {
  const places = WHOLE_UNIT_CURRENCIES.has(currency) ? 0 : Math.min(stripeDecimals(currency), 2);
  const chargeable = Money.toMinor(Money.convert(amount, 1, places));
  return Number(chargeable) * 10 ** (stripeDecimals(currency) - places);
}

/** Returns the amount of Stripe's minor units, with the decimals of the currency. Stripe writes currencies in lower case. */
export function fromStripeUnits(units: number, currency: string): Amount {
  const code = currency.toUpperCase();
  return Money.convert(Money.fromMinor(BigInt(units), stripeDecimals(code)), 1, currencyDecimals(code));
}
