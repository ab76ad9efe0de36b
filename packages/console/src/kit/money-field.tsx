import { useState } from "react";
import { Group } from "react-aria-components/Group";
import { useLocale } from "react-aria-components/I18nProvider";
import { Input } from "react-aria-components/Input";
import { TextField as AriaTextField } from "react-aria-components/TextField";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { type Decimal, formatDecimal, isDecimal, parseDecimal, readCurrencyDecimals } from "./decimal.ts";
import { Affix, bareInputClass, FieldLabel, FieldMessages, type FieldProps, fieldClass, groupClass } from "./field.tsx";

interface MoneyFieldProps extends FieldProps {
  /** A decimal string, as the API has it, or null for none. */
  readonly value: string | null;
  readonly onChange: (value: Decimal | null) => void;
  /** An ISO 4217 code. */
  readonly currency: string;
  readonly name?: string;
  readonly isDisabled?: boolean;
  readonly isReadOnly?: boolean;
  readonly autoFocus?: boolean;
}

/** An amount of money. It takes what a user of the locale types or pastes, and shows on leaving how it was read. */
export function MoneyField({ label, help, error, note, value, onChange, currency, ...props }: MoneyFieldProps) {
  const t = useText();
  const { locale } = useLocale();
  const decimals = readCurrencyDecimals(currency);
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const shown = value !== null && isDecimal(value) ? formatDecimal(value, locale, decimals) : "";
  const readDraft = (): void => {
    if (draft === undefined) return;
    const parsed = draft.trim() === "" ? null : parseDecimal(draft, locale);
    if (parsed === undefined)
      setProblem(t("Not a number. Write an amount such as {example}", { example: formatDecimal("1234.5", locale, decimals) }));
    else if ((parsed?.split(".")[1]?.length ?? 0) > decimals)
      setProblem(
        t("{currency} has {decimals, plural, =0 {no decimals} one {# decimal} other {# decimals}}", { currency, decimals }),
      );
    else {
      setProblem(undefined);
      setDraft(undefined);
      if (parsed !== value) onChange(parsed);
    }
  };
  return (
    <AriaTextField
      {...props}
      isInvalid={(problem ?? error) !== undefined}
      value={draft ?? shown}
      onChange={setDraft}
      onBlur={readDraft}
      onKeyDown={(event) => {
        if (event.key === "Enter") readDraft();
        event.continuePropagation();
      }}
      inputMode="decimal"
      autoComplete="off"
      className={fieldClass}
    >
      <FieldLabel label={label} note={note} />
      <Group className={groupClass}>
        <Input className={joinClasses(bareInputClass, "text-number")} />
        <Affix>{currency}</Affix>
      </Group>
      <FieldMessages help={help} error={problem ?? error} />
    </AriaTextField>
  );
}
