import { type ReactNode, useState } from "react";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from "react-aria-components/TextField";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { Affix, FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { bareInputClass, fieldClass, groupClass, inputClass } from "./field-classes.ts";

export interface TextFieldProps
  extends FieldProps,
    Omit<AriaTextFieldProps, "children" | "className" | "style" | "isInvalid" | "validate"> {
  /** An example of the form, never in place of the label. */
  readonly placeholder?: string;
  readonly icon?: ReactNode;
  /** What stands after the text, such as a unit. */
  readonly suffix?: string;
}

export function TextField({ label, help, error, note, placeholder, isLabelHidden, icon, suffix, ...props }: TextFieldProps) {
  const t = useText();
  const [isShown, setShown] = useState(false);
  const isPassword = props.type === "password";
  const hasFrame = icon !== undefined || suffix !== undefined || isPassword;
  return (
    <AriaTextField
      {...props}
      type={isPassword && isShown ? "text" : props.type}
      isInvalid={error !== undefined}
      className={fieldClass}
    >
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      {hasFrame ? (
        <Group className={groupClass}>
          {icon === undefined ? null : <span className="shrink-0 ps-2 text-text-muted">{icon}</span>}
          <Input placeholder={placeholder} className={bareInputClass} />
          {suffix === undefined ? null : <Affix>{suffix}</Affix>}
          {isPassword ? (
            <Button isSmall variant="quiet" preventFocusOnPress onPress={() => setShown(!isShown)}>
              {isShown ? t("Hide") : t("Show")}
            </Button>
          ) : null}
        </Group>
      ) : (
        <Input placeholder={placeholder} className={inputClass} />
      )}
      <FieldMessages help={help} error={error} />
    </AriaTextField>
  );
}
