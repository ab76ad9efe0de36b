import { Input } from "react-aria-components/Input";
import { TextField as AriaTextField } from "react-aria-components/TextField";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { fieldClass, inputFrame } from "./field-classes.ts";

interface ColorFieldProps extends FieldProps {
  /** Six hexadecimal digits after a number sign; null: no color of its own. */
  readonly value: string | null;
  readonly onChange: (color: string | null) => void;
  /** The color that is used if none is chosen. */
  readonly defaultColor: string;
}

/** A color, chosen with the color picker of the browser. */
export function ColorField({ label, help, error, note, isLabelHidden, value, onChange, defaultColor }: ColorFieldProps) {
  const t = useText();
  return (
    <AriaTextField
      value={(value ?? defaultColor).toLowerCase()}
      onChange={onChange}
      isInvalid={error !== undefined}
      className={fieldClass}
    >
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      <span className="flex items-center gap-2">
        <Input type="color" className={`${inputFrame} h-control w-12 cursor-pointer p-1 ring-focused`} />
        {value === null ? (
          <span className="text-control text-text-muted">{t("Default color")}</span>
        ) : (
          <Button isSmall variant="quiet" onPress={() => onChange(null)}>
            {t("Use the default color")}
          </Button>
        )}
      </span>
      <FieldMessages help={help} error={error} />
    </AriaTextField>
  );
}
