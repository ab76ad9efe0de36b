import type { ReactNode } from "react";

interface FactLineProps {
  readonly facts: readonly (ReactNode | undefined)[];
}

/** Short facts beside each other, with a point between two of one line. A line that wraps neither ends nor begins with a point. */
export function FactLine({ facts }: FactLineProps) {
  const shown = facts.filter((fact) => fact !== undefined && fact !== null && fact !== "" && fact !== false);
  return (
    <span className="flex min-w-0 overflow-hidden">
      <span className="-ms-4 flex min-w-0 flex-wrap">
        {shown.map((fact, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: facts have places and no names
            key={index}
            className="relative min-w-0 max-w-full ps-4 before:absolute before:start-0 before:w-4 before:text-center before:content-['·']"
          >
            <bdi className="wrap-anywhere">{fact}</bdi>
          </span>
        ))}
      </span>
    </span>
  );
}
