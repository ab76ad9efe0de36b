import { TextArea as AriaTextArea, type TextAreaProps as AriaTextAreaProps } from "react-aria-components/TextArea";
import { TextField as AriaTextField } from "react-aria-components/TextField";
import { joinClasses } from "./classes.ts";
import { FieldLabel, FieldMessages } from "./field.tsx";
import { fieldClass, inputFrame } from "./field-classes.ts";
import type { TextFieldProps } from "./text-field.tsx";

interface TextAreaProps extends Omit<TextFieldProps, "icon" | "suffix" | "type"> {
  readonly rows?: number;
  /** Names the list that the text offers while the user types. */
  readonly inputProps?: Pick<AriaTextAreaProps, "aria-autocomplete" | "aria-controls" | "aria-activedescendant">;
}

const ROWS = 3;

/** A text of several lines. It grows with its text. */
export function TextArea({
  label,
  help,
  error,
  note,
  placeholder,
  isLabelHidden,
  rows = ROWS,
  inputProps,
  ...props
}: TextAreaProps) {
  return (
    <AriaTextField {...props} isInvalid={error !== undefined} className={fieldClass}>
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      <AriaTextArea
        {...inputProps}
        rows={rows}
        dir="auto"
        placeholder={placeholder}
        // Browsers that size the field by its text ignore its rows.
        style={{ minBlockSize: `calc(${rows}lh + 10px)` }}
        className={joinClasses(
          inputFrame,
          "field-sizing-content max-h-panel w-full resize-y supports-[field-sizing:content]:resize-none px-2 py-1 ring-focused",
        )}
      />
      <FieldMessages help={help} error={error} />
    </AriaTextField>
  );
}
