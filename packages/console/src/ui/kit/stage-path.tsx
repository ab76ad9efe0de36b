import { Check, Pause, X } from "lucide-react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { ToggleButtonGroup } from "react-aria-components/ToggleButtonGroup";
import { joinClasses } from "./classes.ts";

interface Stage {
  readonly id: string;
  readonly label: string;
  /** Whether it is an end without success. It stands apart, because no stage leads to it. */
  readonly isExit?: boolean;
  /** Whether it is an interruption, such as a pause. It stands apart too, because the path goes on without it. */
  readonly isSide?: boolean;
}

interface StagePathProps {
  readonly label: string;
  readonly stages: readonly Stage[];
  readonly value: string | null;
  /** Moves to a stage. Without it, the path only shows where the record is. */
  readonly onChange?: (id: string) => void;
}

type StageState = "done" | "present" | "coming" | "exit" | "present-exit" | "side" | "present-side";

const stateClasses: Readonly<Record<StageState, string>> = {
  done: "min-w-0 flex-1 border-transparent bg-hue-gray-subtle font-medium text-hue-gray",
  present: "min-w-0 flex-1 border-accent bg-accent-subtle font-semibold text-accent-text",
  coming: "min-w-0 flex-1 border-border font-medium text-text-muted data-hovered:bg-hover data-hovered:text-text",
  exit: "ms-2 border-transparent font-medium text-text-muted data-hovered:bg-hover data-hovered:text-text",
  "present-exit": "ms-2 border-danger bg-danger-subtle font-semibold text-danger",
  side: "ms-2 border-transparent font-medium text-text-muted data-hovered:bg-hover data-hovered:text-text",
  "present-side": "ms-2 border-warning bg-warning-subtle font-semibold text-warning",
};

/** The stages of a process in their order: those that are done, the present one, and those to come. The path scrolls in its own frame. */
export function StagePath({ label, stages, value, onChange }: StagePathProps) {
  const steps = stages.filter(({ isExit, isSide }) => !isExit && !isSide);
  const present = stages.findIndex(({ id }) => id === value);
  const findState = ({ id, isExit, isSide }: Stage): StageState => {
    if (isExit) return id === value ? "present-exit" : "exit";
    if (isSide) return id === value ? "present-side" : "side";
    if (id === value) return "present";
    // A record that ended without success says nothing about how far it got.
    return !stages[present]?.isExit && stages.findIndex((stage) => stage.id === id) < present ? "done" : "coming";
  };
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
        className="flex min-w-0 gap-1 p-1 print:flex-wrap"
      >
        {[...steps, ...stages.filter((stage) => !steps.includes(stage))].map((stage) => {
          const state = findState(stage);
          return (
            <ToggleButton
              key={stage.id}
              id={stage.id}
              className={joinClasses(
                "flex h-control-small cursor-default print:shrink-0 items-center justify-center gap-2 rounded-control border px-2 text-meta transition-colors focus-ring select-none",
                stateClasses[state],
              )}
            >
              {state === "done" ? <Check aria-hidden="true" /> : null}
              {state === "present" ? <span aria-hidden="true" className="size-dot shrink-0 rounded-full bg-current" /> : null}
              {stage.isExit ? <X aria-hidden="true" /> : stage.isSide ? <Pause aria-hidden="true" /> : null}
              <span className="truncate" title={stage.label}>
                {stage.label}
              </span>
            </ToggleButton>
          );
        })}
      </ToggleButtonGroup>
    </div>
  );
}
