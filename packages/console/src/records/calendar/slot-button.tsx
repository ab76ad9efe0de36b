import type { KeyboardEvent } from "react";
import { Button } from "react-aria-components/Button";

interface SlotButtonProps {
  readonly label: string;
  readonly onCreate: () => void;
  readonly onArrow: (key: string) => void;
}

const ARROWS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

/** The place of a calendar that the keyboard is at: arrows move it, Enter creates a record there. It is seen only with the focus. */
export function SlotButton({ label, onCreate, onArrow }: SlotButtonProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!ARROWS.has(event.key)) return;
    event.preventDefault();
    onArrow(event.key);
  };
  return (
    <span onKeyDownCapture={onKeyDown} className="pointer-events-none flex size-full">
      <Button
        aria-label={label}
        onPress={onCreate}
        className="size-full rounded-small opacity-0 outline-none data-focus-visible:bg-accent-subtle data-focus-visible:opacity-100 data-focus-visible:ring-inside"
      />
    </span>
  );
}
