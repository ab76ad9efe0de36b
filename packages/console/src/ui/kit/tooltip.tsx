import type { ReactElement } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import { Kbd } from "./kbd.tsx";

const DELAY_MS = 500;

interface TooltipProps {
  readonly text: string;
  /** The key that does the same as the trigger. */
  readonly shortcut?: string;
  /** What the tooltip is about: a component that takes the focus. */
  readonly children: ReactElement;
  readonly isOpen?: boolean;
}

/** Says in words what an icon does. It holds nothing that a user needs and cannot read elsewhere: touch has no hover. */
export function Tooltip({ text, shortcut, children, isOpen }: TooltipProps) {
  return (
    <TooltipTrigger delay={DELAY_MS} closeDelay={0} isOpen={isOpen}>
      {children}
      <AriaTooltip
        offset={4}
        className="flex max-w-menu items-center gap-2 rounded-control border border-border bg-raised px-2 py-1 text-meta wrap-anywhere text-text shadow-menu layer-motion"
      >
        {text}
        {shortcut === undefined ? null : <Kbd keys={shortcut} />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
