import type { ReactNode } from "react";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from "react-aria-components/TextField";
import {
  Affix,
  bareInputClass,
  FieldLabel,
  FieldMessages,
  type FieldProps,
  fieldClass,
  groupClass,
  inputClass,
} from "./field.tsx";

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
  const hasFrame = icon !== undefined || suffix !== undefined;
  return (
    <AriaTextField {...props} isInvalid={error !== undefined} className={fieldClass}>
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      {hasFrame ? (
        <Group className={groupClass}>
          {icon === undefined ? null : <span className="shrink-0 ps-2 text-text-muted">{icon}</span>}
          <Input placeholder={placeholder} className={bareInputClass} />
          {suffix === undefined ? null : <Affix>{suffix}</Affix>}
        </Group>
      ) : (
        <Input placeholder={placeholder} className={inputClass} />
      )}
      <FieldMessages help={help} error={error} />
    </AriaTextField>
  );
}
