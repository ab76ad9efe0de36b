import { Navigate } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Kind, recordPath } from "../../api/schema.ts";
import { findNeighbour } from "./preview-rules.ts";
import { RecordPreview } from "./record-preview.tsx";
import type { Preview } from "./use-preview.ts";

interface PreviewSplitProps {
  readonly kind: Kind;
  readonly rows: readonly ConsoleRecord[];
  readonly preview: Preview;
  /** The list. */
  readonly children: ReactNode;
}

/** A list, and beside it the record that the address names. */
export function PreviewSplit({ kind, rows, preview, children }: PreviewSplitProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { id, isWide, open, show } = preview;
  if (id !== undefined && !isWide) return <Navigate to={recordPath(kind, id)} replace />;
  const ids = rows.map((row) => row.id);
  const findRow = (rowId: string): HTMLElement | undefined =>
    frame.current?.querySelector<HTMLElement>(`[role=row][aria-rowindex="${ids.indexOf(rowId) + 2}"]`) ?? undefined;
  const move = (places: number): void => {
    const next = id === undefined ? undefined : findNeighbour(ids, id, places);
    if (next === undefined) return;
    findRow(next)?.scrollIntoView({ block: "nearest" });
    show(next);
  };
  const close = (): void => {
    const cell = id === undefined ? undefined : findRow(id)?.querySelector<HTMLElement>("[role=rowheader]");
    (cell ?? frame.current?.querySelector<HTMLElement>("[role=grid] [data-column][tabindex='0']"))?.focus();
    show(undefined);
  };
  return (
    <div ref={frame} className="flex h-full min-h-0 min-w-0">
      <div className="min-h-0 min-w-0 flex-1">{children}</div>
      {id === undefined ? null : (
        <RecordPreview
          kind={kind}
          id={id}
          onClose={close}
          onOpen={() => open(id)}
          onNext={findNeighbour(ids, id, 1) === undefined ? undefined : () => move(1)}
          onPrevious={findNeighbour(ids, id, -1) === undefined ? undefined : () => move(-1)}
        />
      )}
    </div>
  );
}
