import { useRef } from "react";
import type { CellEditorProps } from "./grid-types.ts";

interface TextCellEditorProps extends Pick<CellEditorProps<unknown>, "commit" | "cancel"> {
  readonly label: string;
  readonly value: string;
  readonly isNumeric?: boolean;
}

/** A text in a cell. Enter and leaving keep it, Esc takes it back. */
export function TextCellEditor({ label, value, isNumeric = false, commit, cancel }: TextCellEditorProps) {
  // Leaving after Enter or Esc must not answer a second time.
  const isDone = useRef(false);
  const finish = (work: () => void): void => {
    if (isDone.current) return;
    isDone.current = true;
    work();
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the user asked to change this cell
      autoFocus
      aria-label={label}
      defaultValue={value}
      inputMode={isNumeric ? "decimal" : undefined}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onBlur={({ currentTarget }) => finish(() => commit(currentTarget.value))}
      onKeyDown={(event) => {
        const { value: text } = event.currentTarget;
        if (event.key === "Enter" && !event.nativeEvent.isComposing) finish(() => commit(text));
        else if (event.key === "Escape") finish(cancel);
        else if (event.key !== "Tab") return;
        event.stopPropagation();
        if (event.key !== "Tab") event.preventDefault();
      }}
      className={`h-full w-full min-w-0 bg-surface px-2 text-input text-text ring-inside ${isNumeric ? "text-end tabular-nums" : ""}`}
    />
  );
}
