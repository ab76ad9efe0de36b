import { useState } from "react";
import { Group } from "react-aria-components/Group";
import { useLocale } from "react-aria-components/I18nProvider";
import { Input } from "react-aria-components/Input";
import { TextField as AriaTextField } from "react-aria-components/TextField";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { type Decimal, formatDecimal, isDecimal, parseDecimal } from "./decimal.ts";
import { Affix, FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { bareInputClass, fieldClass, groupClass } from "./field-classes.ts";
import { UNREAD } from "./unread-field.ts";

export interface DecimalFieldProps extends FieldProps {
  /** A decimal string, as the API has it, or null for none. */
  readonly value: string | null;
  readonly onChange: (value: Decimal | null) => void;
  /** The decimals that a number is shown with, and that it may have. */
  readonly minDecimals?: number;
  readonly maxDecimals: number;
  /** What is wrong with a number of more decimals. */
  readonly precisionError?: string;
  /** What stands after the number, such as a unit. */
  readonly suffix?: string;
  /** Takes a number while it is typed, so that what depends on it follows each key. */
  readonly isLive?: boolean;
  readonly placeholder?: string;
  readonly name?: string;
  readonly isDisabled?: boolean;
  readonly isReadOnly?: boolean;
  readonly autoFocus?: boolean;
}

const countDecimals = (value: Decimal | null): number => value?.split(".")[1]?.length ?? 0;

/** A decimal number that stays a string. It takes what a user of the locale types or pastes, and shows on leaving how it was read. */
export function DecimalField({
  label,
  help,
  error,
  note,
  isLabelHidden,
  value,
  onChange,
  minDecimals = 0,
  maxDecimals,
  precisionError,
  suffix,
  isLive = false,
  placeholder,
  ...props
}: DecimalFieldProps) {
  const t = useText();
  const { locale } = useLocale();
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const shown = value !== null && isDecimal(value) ? formatDecimal(value, locale, minDecimals) : "";
  const parse = (text: string): Decimal | null | undefined => (text.trim() === "" ? null : parseDecimal(text, locale));
  const readDraft = (): void => {
    if (draft === undefined) return;
    const parsed = parse(draft);
    if (parsed === undefined)
      setProblem(t("Not a number. Write an amount such as {example}", { example: formatDecimal("1234.5", locale, minDecimals) }));
    else if (countDecimals(parsed) > maxDecimals)
      setProblem(
        precisionError ?? t("At most {decimals, plural, one {# decimal} other {# decimals}}", { decimals: maxDecimals }),
      );
    else {
      setProblem(undefined);
      setDraft(undefined);
      if (parsed !== value) onChange(parsed);
    }
  };
  const change = (text: string): void => {
    setDraft(text);
    const parsed = parse(text);
    if (isLive && parsed !== undefined && countDecimals(parsed) <= maxDecimals && parsed !== value) onChange(parsed);
  };
  const typed = draft === undefined ? null : parse(draft);
  const isUnread = typed === undefined || countDecimals(typed) > maxDecimals;
  return (
    <AriaTextField
      {...props}
      {...(isUnread ? { [UNREAD]: "" } : {})}
      isInvalid={(problem ?? error) !== undefined}
      value={draft ?? shown}
      onChange={change}
      onBlur={readDraft}
      onKeyDown={(event) => {
        if (event.key === "Enter") readDraft();
        event.continuePropagation();
      }}
      inputMode="decimal"
      autoComplete="off"
      className={fieldClass}
    >
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      <Group className={groupClass}>
        <Input placeholder={placeholder} className={joinClasses(bareInputClass, "text-number")} />
        {suffix === undefined ? null : <Affix>{suffix}</Affix>}
      </Group>
      <FieldMessages help={help} error={problem ?? error} />
    </AriaTextField>
  );
}
