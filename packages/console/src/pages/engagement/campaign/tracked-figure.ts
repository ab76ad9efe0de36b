import { formatCount } from "../../../ui/i18n/formatters.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import { formatRate } from "./performance-data.ts";

/** Figures that rest on tracked mails. Null says that nothing is counted, which is no zero. */

/** Writes a count, or that it is not tracked. */
export const formatTracked = (count: number | null, locale: string, t: Translate): string =>
  count === null ? t("Not tracked") : formatCount(count, locale);

/** Writes the rate of a count, or that it is not tracked. */
export const formatTrackedRate = (count: number | null | undefined, rate: string | null, locale: string, t: Translate): string =>
  count === null ? t("Not tracked") : formatRate(rate, locale);
