import { useRouterState } from "@tanstack/react-router";
import { findPages } from "../../api/page-manifest.ts";
import { fillTemplate } from "../../api/record-template.ts";
import { type KindSummary, parseAddress, useKind } from "../../api/schema.ts";

/** Returns the values with which a document begins that is created while another record is open: a quote is of the opportunity that is in view. */
export function useOpenRecordPreset(kinds: readonly KindSummary[], created: string | undefined): Record<string, string> {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const address = findPages(created).creation?.page ? parseAddress(path, kinds) : undefined;
  const id = address?.page === "view" ? address.id : undefined;
  const { data: kind } = useKind(id === undefined ? undefined : address?.kind.kind);
  const preset = kind?.related.find((related) => related.kind === created && related.preset !== undefined)?.preset;
  return id === undefined || preset === undefined ? {} : fillTemplate(preset, { id });
}
