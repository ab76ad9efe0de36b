import { useText } from "../i18n/use-text.ts";
import { readCurrencyDecimals } from "./decimal.ts";
import { DecimalField, type DecimalFieldProps } from "./decimal-field.tsx";

interface MoneyFieldProps extends Omit<DecimalFieldProps, "minDecimals" | "maxDecimals" | "precisionError" | "suffix"> {
  /** An ISO 4217 code. */
  readonly currency: string;
  /** Whether what stands beside the field names the currency. */
  readonly isCurrencyHidden?: boolean;
}

/** An amount of money. It takes what a user of the locale types or pastes, and shows on leaving how it was read. */
export function MoneyField({ currency, isCurrencyHidden = false, ...props }: MoneyFieldProps) {
  const t = useText();
  const decimals = readCurrencyDecimals(currency);
  return (
    <DecimalField
      {...props}
      minDecimals={decimals}
      maxDecimals={decimals}
      precisionError={t("{currency} has {decimals, plural, =0 {no decimals} one {# decimal} other {# decimals}}", {
        currency,
        decimals,
      })}
      {...(isCurrencyHidden ? {} : { suffix: currency })}
    />
  );
}
