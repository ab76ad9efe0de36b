import { ProgressBar as AriaProgressBar } from "react-aria-components/ProgressBar";

interface ProgressBarProps {
  /** Names what runs, for screen readers. */
  readonly label: string;
  /** How much is done, and of how much. Without `max` the amount is not known yet. */
  readonly value: number;
  readonly max: number | undefined;
}

/** How far a long job is. */
export function ProgressBar({ label, value, max }: ProgressBarProps) {
  return (
    <AriaProgressBar
      aria-label={label}
      value={value}
      maxValue={max === undefined || max === 0 ? 1 : max}
      isIndeterminate={max === undefined}
      className="flex h-1 min-w-0 overflow-hidden rounded-full bg-border"
    >
      {({ percentage = 0, isIndeterminate }) => (
        <span
          style={{ inlineSize: isIndeterminate ? "100%" : `${percentage}%` }}
          className={`rounded-full bg-accent transition-all ${isIndeterminate ? "animate-pulse" : ""}`}
        />
      )}
    </AriaProgressBar>
  );
}
