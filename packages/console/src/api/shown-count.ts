import { formatCount, formatTotal } from "../ui/i18n/formatters.ts";
import type { Translate } from "../ui/i18n/use-text.ts";

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
