import { formatPercent } from "../../../ui/i18n/formatters.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { CampaignEntry } from "./campaign-types.ts";

/** The API writes changes in its own words: `PLANNING → IN_PROGRESS`, and `80% of the budget used`. */

interface Status {
  readonly code: string;
  readonly name: string;
}

const ARROW = " → ";

/** Writes the title of an entry for people: statuses have the names of the schema, and a used budget is a sentence. */
export function describeEntry(
  { type, title }: Pick<CampaignEntry, "type" | "title">,
  statuses: readonly Status[],
  t: Translate,
): string {
  if (type !== "change") return title;
  const [, level] = /^(\d+)% of the budget used$/.exec(title) ?? [];
  if (level !== undefined) return t("{percent} of the budget are used", { percent: formatPercent(Number(level)) });
  const nameOf = (code: string): string => statuses.find((status) => status.code === code)?.name ?? code;
  const [from, to] = title.split(ARROW);
  if (from === undefined || to === undefined) return title;
  return t("Status: {from} to {to}", { from: nameOf(from), to: nameOf(to) });
}
