import { useSearch } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Kind, recordPath } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";

/** From this width on, a record has room beside the list. It is the breakpoint `desktop` of theme.css. */
const wide = matchMedia("(width >= 1024px)");

function subscribe(onChange: () => void): () => void {
  wide.addEventListener("change", onChange);
  return () => wide.removeEventListener("change", onChange);
}

/** The record that is shown beside its list. The address names it, so that the view can be shared. */
export function usePreview(kind: Kind) {
  const navigate = useNavigate();
  const isWide = useSyncExternalStore(subscribe, () => wide.matches);
  const { preview } = useSearch({ strict: false }) as { readonly preview?: string };
  const show = (id: string | undefined): void => {
    const change = ({ preview: _, ...others }: Readonly<Record<string, unknown>>) =>
      id === undefined ? others : { ...others, preview: id };
    void navigate({ to: ".", search: change, replace: true });
  };
  const open = (id: string): void => void navigate({ to: recordPath(kind, id) });
  return {
    id: preview === undefined || preview === "" ? undefined : preview,
    isWide,
    open,
    /** Shows a record, or closes the one that is shown already. Without room for it, the page of the record opens. */
    toggle: (record: Pick<ConsoleRecord, "id"> | undefined): void => {
      if (record && !isWide) open(record.id);
      else show(record && record.id !== preview ? record.id : undefined);
    },
    show,
  };
}
export type Preview = ReturnType<typeof usePreview>;
