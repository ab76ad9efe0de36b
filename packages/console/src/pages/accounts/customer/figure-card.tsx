import type { ReactNode } from "react";
import { cardClass } from "../../../records/figures/figure-tile.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";

interface FigureCardProps {
  readonly label: string;
  readonly value: ReactNode;
  /** What belongs to the figure, such as the same in other currencies. */
  readonly notes?: readonly string[];
  readonly isBad?: boolean;
}

/** A figure of a record with its name. */
export function FigureCard({ label, value, notes = [], isBad = false }: FigureCardProps) {
  return (
    <div className={joinClasses(cardClass, "gap-1 py-3")}>
      <span className="truncate text-control text-text-muted" title={label}>
        {label}
      </span>
      <span className={joinClasses("text-section font-semibold tabular-nums wrap-anywhere", isBad && "text-danger")}>
        {value}
      </span>
      {notes.map((note) => (
        <span key={note} className="text-meta text-text-muted tabular-nums wrap-anywhere">
          {note}
        </span>
      ))}
    </div>
  );
}
