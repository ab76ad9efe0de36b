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
        <span
          aria-hidden="true"
          className="absolute start-3 bottom-2 flex h-icon min-w-icon items-center justify-center rounded-full bg-accent px-1 text-meta font-medium tabular-nums text-on-accent"
        >
          {text}
        </span>
      )}
    </span>
  );
}
