interface IntervalBarProps {
  /** Where the interval begins, in percent of the scale. */
  readonly start: number;
  readonly width: number;
  /** The value itself. */
  readonly mark: number;
  /** Whether it stands out from others. */
  readonly isChosen: boolean;
}

/** A value as a mark on its interval. What it shows is said beside it, because a drawing is nothing to a screen reader. */
export function IntervalBar({ start, width, mark, isChosen }: IntervalBarProps) {
  return (
    <span aria-hidden="true" className="relative block h-control-small min-w-0 rounded-small bg-track">
      <span
        style={{ insetInlineStart: `${start}%`, inlineSize: `${width}%` }}
        className={`absolute inset-y-2 min-w-px rounded-small ${isChosen ? "bg-success" : "bg-border-strong"}`}
      />
      <span style={{ insetInlineStart: `${mark}%` }} className="absolute inset-y-1 w-1 -ms-px rounded-small bg-text" />
    </span>
  );
}
