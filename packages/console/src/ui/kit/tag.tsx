import { X } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { type Hue, hueClasses } from "./hue.ts";

interface TagProps {
  readonly label: string;
  readonly hue?: Hue;
  /** A dot before the word, for statuses. */
  readonly hasDot?: boolean;
  /** Before the word: `+` for a value that is new, `−` for one that goes. */
  readonly sign?: "+" | "−";
  readonly onRemove?: () => void;
}

/** A status, or one of several values. The word says it, the hue only helps to find it. */
export function Tag({ label, hue = "gray", hasDot = false, sign, onRemove }: TagProps) {
  const t = useText();
  return (
    <span
      className={joinClasses(
        "inline-flex max-w-full min-w-0 items-center gap-1 rounded-small ps-2 text-meta font-medium",
        onRemove === undefined ? "h-tag pe-2" : "h-target",
        hueClasses[hue],
      )}
    >
      {hasDot ? <span className="size-dot shrink-0 rounded-full bg-current" aria-hidden="true" /> : null}
      {sign === undefined ? null : <span aria-hidden="true">{sign}</span>}
      <span dir="auto" className="truncate" title={label}>
        {label}
      </span>
      {onRemove === undefined ? null : (
        <Button
          aria-label={t("Remove {label}", { label })}
          onPress={onRemove}
          className="flex size-target shrink-0 items-center justify-center rounded-small focus-ring data-hovered:bg-hover"
        >
          <X />
        </Button>
      )}
    </span>
  );
}
