import { formatCount, formatTotal } from "../i18n/formatters.ts";
import type { Translate } from "../i18n/use-text.ts";

export interface Total {
  readonly total: number;
  /** There may be more than `total`. */
  readonly isLowerBound: boolean;
}

/** Writes the count of a card so that it matches its rows: `5`, or `5 of 9` where the card shows the first ones. */
export function formatShownCount(shown: number, total: Total, locale: string, t: Translate): string | undefined {
  if (shown === 0) return undefined;
  return total.total <= shown && !total.isLowerBound
    ? formatCount(shown, locale)
    : t("{count} of {total}", { count: formatCount(shown, locale), total: formatTotal(total, locale) });
}

interface TaskCounts {
  /** Rows of tasks that are due, and of later ones. */
  readonly shownDue: number;
  readonly shownLater: number;
  readonly due: Total;
}

/** Writes the count of tasks: `4 due · 2 later`, or `6 of 9 due`. */
export function formatTaskCount({ shownDue, shownLater, due }: TaskCounts, locale: string, t: Translate): string {
  const dueCount = formatShownCount(shownDue, due, locale, t);
  return [
    dueCount === undefined ? "" : t("{count} due", { count: dueCount }),
    shownLater === 0 ? "" : t("{count} later", { count: formatCount(shownLater, locale) }),
  ]
    .filter(Boolean)
    .join(" · ");
}
