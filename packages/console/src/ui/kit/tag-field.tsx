import { type KeyboardEvent, useState } from "react";
import { Input } from "react-aria-components/Input";
import { TextField as AriaTextField } from "react-aria-components/TextField";
import { joinClasses } from "./classes.ts";
import { FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { fieldClass, inputFrame } from "./field-classes.ts";
import { Tag } from "./tag.tsx";

interface TagFieldProps extends FieldProps {
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
}

/** Tags. Enter or a comma adds the typed text, Backspace in an empty input removes the last one. */
export function TagField({ label, help, error, note, value, onChange, isDisabled, autoFocus = false }: TagFieldProps) {
  const [text, setText] = useState("");
  const add = (): void => {
    const names = text.split(",").map((name) => name.trim());
    const added = names.filter((name) => name !== "" && !value.some((known) => known.toLowerCase() === name.toLowerCase()));
    if (added.length > 0) onChange([...value, ...added]);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.key === "Enter" || event.key === ",") && text.trim() !== "" && !event.nativeEvent.isComposing) {
      add();
      event.preventDefault();
    } else if (event.key === "Backspace" && text === "" && value.length > 0) onChange(value.slice(0, -1));
    else (event as { continuePropagation?: () => void }).continuePropagation?.();
  };
  return (
    <AriaTextField
      value={text}
      onChange={setText}
      onBlur={add}
      onKeyDown={onKeyDown}
      isDisabled={isDisabled}
      autoFocus={autoFocus}
      isInvalid={error !== undefined}
      className={fieldClass}
    >
      <FieldLabel label={label} note={note} />
      <span className={joinClasses(inputFrame, "flex min-h-control flex-wrap items-center gap-1 px-1 py-1 ring-within")}>
        {value.map((name) => (
          <Tag
            key={name}
            label={name}
            onRemove={isDisabled ? undefined : () => onChange(value.filter((known) => known !== name))}
          />
        ))}
        <Input className="h-target min-w-field-short flex-1 bg-transparent px-1 text-input text-text outline-none" />
      </span>
      <FieldMessages help={help} error={error} />
    </AriaTextField>
  );
}
