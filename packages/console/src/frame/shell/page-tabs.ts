import { findPages } from "../../api/page-manifest.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

interface Page {
  readonly id: string;
  readonly label: string;
  readonly href: string;
}

/** Marks the current one of pages that stand beside each other. */
export const markCurrent = <P extends Page>(pages: readonly P[], current: string) =>
  pages.map((page) => ({ ...page, isCurrent: page.id === current || page.href === current }));

/** The pages of a kind that stand beside each other, with the current one by its id or its address. */
export function listNeighbors(kind: string, current: string, t: Translate) {
  const { label, pages } = findPages(kind).neighbors?.list(t) ?? { label: "", pages: [] };
  return { label, tabs: markCurrent(pages, current) };
}
