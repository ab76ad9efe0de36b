interface Page {
  readonly id: string;
  readonly label: string;
  readonly href: string;
}

/** Marks the current one of pages that stand beside each other. */
export const markCurrent = <P extends Page>(pages: readonly P[], current: string) =>
  pages.map((page) => ({ ...page, isCurrent: page.id === current }));
