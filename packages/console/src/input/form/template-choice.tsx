import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { joinClasses } from "../../ui/kit/classes.ts";

interface TemplateChoiceProps {
  readonly icon: ReactNode;
  readonly name: string;
  readonly facts: string;
  /** Undefined: the entry opens something, and is no switch. */
  readonly isChosen?: boolean;
  readonly onChoose: () => void;
}

/** A template with which a new record begins, as an entry of a list. */
export function TemplateChoice({ icon, name, facts, isChosen, onChoose }: TemplateChoiceProps) {
  return (
    <li>
      <Button
        {...(isChosen === undefined ? {} : { "aria-pressed": isChosen })}
        onPress={onChoose}
        className={joinClasses(
          "flex size-full min-w-0 cursor-default items-start gap-3 rounded-card border bg-surface p-3 text-start transition-colors focus-ring data-hovered:bg-hover",
          isChosen ? "border-accent ring-1 ring-accent" : "border-border",
        )}
      >
        <span className="flex h-tag shrink-0 items-center text-text-muted">{icon}</span>
        <span className="flex min-w-0 flex-col gap-1">
          <span dir="auto" className="text-body font-medium wrap-anywhere">
            {name}
          </span>
          {facts === "" ? null : (
            <span dir="auto" className="text-control wrap-anywhere text-text-muted">
              {facts}
            </span>
          )}
        </span>
      </Button>
    </li>
  );
}
