import type { ReactNode } from "react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { ToggleButtonGroup } from "react-aria-components/ToggleButtonGroup";

interface Segment {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly isDisabled?: boolean;
}

interface SegmentedProps {
  readonly label: string;
  readonly segments: readonly Segment[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly isDisabled?: boolean;
  /** On a phone the icons stand for the labels. */
  readonly isShort?: boolean;
  /** More choices than a phone has room for: they stay in one row, which scrolls. */
  readonly isOneRow?: boolean;
}

/** One of two to five choices that change what the page shows, such as table, board and calendar. */
export function SegmentedControl({
  label,
  segments,
  value,
  onChange,
  isDisabled,
  isShort = false,
  isOneRow = false,
}: SegmentedProps) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      isDisabled={isDisabled}
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        if (key !== undefined) onChange(String(key));
      }}
      className={`inline-flex w-fit max-w-full rounded-control bg-track ${isOneRow ? "overflow-x-auto overflow-y-hidden" : "flex-wrap"}`}
    >
      {segments.map((segment) => (
        <ToggleButton
          key={segment.id}
          id={segment.id}
          isDisabled={segment.isDisabled}
          className="flex h-control-small min-w-target shrink-0 cursor-default justify-center items-center gap-2 rounded-control border border-transparent px-2 text-control font-medium text-text-muted transition-colors focus-ring select-none data-disabled:opacity-50 data-hovered:text-text data-selected:border-border-control data-selected:bg-raised data-selected:text-text"
        >
          {segment.icon}
          <span className={isShort ? "sr-only tablet:not-sr-only tablet:truncate" : "truncate"} title={segment.label}>
            {segment.label}
          </span>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
