import type { ReactNode } from "react";

interface BadgeProps {
  /** Undefined: no badge. */
  readonly text: string | undefined;
  readonly children: ReactNode;
}

/** A small number at the corner of an icon. The button says it in words. */
export function Badge({ text, children }: BadgeProps) {
  return (
    <span className="relative inline-flex">
      {children}
      {text === undefined ? null : (
        // Its middle stands beside the corner, for each number of digits.
        <span aria-hidden="true" className="absolute start-full top-0 ms-1 flex size-0 items-center justify-center">
          <span className="flex h-icon min-w-icon shrink-0 items-center justify-center rounded-full bg-accent px-1 text-meta font-medium tabular-nums text-on-accent">
            {text}
          </span>
        </span>
      )}
    </span>
  );
}
