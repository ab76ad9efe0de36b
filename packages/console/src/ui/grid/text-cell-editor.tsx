import { useRef, useState } from "react";
import type { CellEditorProps } from "./grid-types.ts";

interface TextCellEditorProps<V> extends Pick<CellEditorProps<unknown, V>, "commit" | "cancel"> {
  readonly label: string;
  readonly value: string;
  readonly isNumeric?: boolean;
  readonly maxLength?: number;
  /** Reads what was typed. Returns undefined for what is no value of the field. */
  readonly parse: (text: string) => V | undefined;
  /** Says what the field takes. */
  readonly error?: string;
}

/** A text in a cell. Enter, Tab and leaving keep it, Esc takes it back. */
export function TextCellEditor<V>({
  label,
  value,
  isNumeric = false,
  maxLength,
  parse,
  error,
  commit,
  cancel,
}: TextCellEditorProps<V>) {
  const [isInvalid, setInvalid] = useState(false);
  // Leaving after Enter or Esc must not answer a second time.
  const isDone = useRef(false);
  const finish = (work: () => void): void => {
    if (isDone.current) return;
    isDone.current = true;
    work();
  };
  const save = (text: string, step?: -1 | 1): void => {
    const parsed = parse(text);
    if (parsed === undefined) setInvalid(true);
    else finish(() => commit(parsed, step));
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the user asked to change this cell
      autoFocus
      data-editing
      aria-label={label}
      aria-invalid={isInvalid || undefined}
      title={isInvalid ? error : undefined}
      defaultValue={value}
      inputMode={isNumeric ? "decimal" : undefined}
      maxLength={maxLength}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onChange={() => setInvalid(false)}
      onBlur={({ currentTarget }) => {
        const parsed = parse(currentTarget.value);
        finish(() => (parsed === undefined ? cancel() : commit(parsed)));
      }}
      onKeyDown={(event) => {
        const { value: text } = event.currentTarget;
        if (event.key === "Enter" && !event.nativeEvent.isComposing) save(text);
        else if (event.key === "Tab") save(text, event.shiftKey ? -1 : 1);
        else if (event.key === "Escape") finish(cancel);
        else return;
        event.stopPropagation();
        event.preventDefault();
      }}
      className={`h-full w-full min-w-0 bg-surface px-2 text-input ring-inside ${isInvalid ? "text-danger" : "text-text"} ${isNumeric ? "text-number" : ""}`}
    />
  );
}
