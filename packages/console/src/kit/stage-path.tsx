import { Check } from "lucide-react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { ToggleButtonGroup } from "react-aria-components/ToggleButtonGroup";

interface Stage {
  readonly id: string;
  readonly label: string;
}

interface StagePathProps {
  readonly label: string;
  readonly stages: readonly Stage[];
  readonly value: string | null;
  /** Moves to a stage. Without it, the path only shows where the record is. */
  readonly onChange?: (id: string) => void;
}

/** The stages of a process in their order, with those that are done and the present one. It scrolls in its own frame. */
export function StagePath({ label, stages, value, onChange }: StagePathProps) {
  const present = stages.findIndex(({ id }) => id === value);
  return (
    <div className="-m-1 min-w-0 overflow-x-auto">
      <ToggleButtonGroup
        aria-label={label}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={value === null ? [] : [value]}
        isDisabled={onChange === undefined}
        onSelectionChange={(keys) => {
          const [key] = keys;
          if (key !== undefined && key !== value) onChange?.(String(key));
        }}
        className="flex min-w-0 gap-1 p-1"
      >
        {stages.map((stage, index) => (
          <ToggleButton
            key={stage.id}
            id={stage.id}
            className="flex h-control-small min-w-0 flex-1 basis-0 cursor-default items-center justify-center gap-1 rounded-control bg-hover px-2 text-meta font-medium text-text-muted transition-colors focus-ring select-none data-hovered:text-text data-selected:bg-accent-subtle data-selected:text-accent-text"
          >
            {index < present ? <Check aria-hidden="true" /> : null}
            <span className="truncate" title={stage.label}>
              {stage.label}
            </span>
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
