import { fillPlaceholders } from "../../kernel/text.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";

/** Pure rules: what a template makes for a project that starts on a day. */

const LAST_DAY = "9999-12-31";

interface Offset {
  offset_days: number;
}

interface TemplateParts<M extends Offset, T extends Offset> {
  milestones: readonly M[];
  tasks: readonly T[];
}

/** The days from the start to the last milestone or task; undefined without both. */
export function findLastOffset({ milestones, tasks }: TemplateParts<Offset, Offset>): number | undefined {
  const offsets = [...milestones, ...tasks].map(({ offset_days }) => offset_days);
  return offsets.length > 0 ? Math.max(...offsets) : undefined;
}

/** Whether all days of a project that starts on this day exist. */
export const fitsCalendar = (template: TemplateParts<Offset, Offset>, start: string): boolean =>
  daysBetween(start, LAST_DAY) >= (findLastOffset(template) ?? 0);

/** Adds to each part the day on which it is due. */
export const dateParts = <P extends Offset>(parts: readonly P[], start: string): (P & { due_date: string })[] =>
  parts.map((part) => ({ ...part, due_date: addDays(start, part.offset_days) }));

const MAX_TITLE_LENGTH = 255;

/** Fills the names into the title of a template. A name that is missing is left out. */
export function fillTitle(title: string, names: { customer: string | null; opportunity: string | null }): string {
  const filled = fillPlaceholders(title, { customer: names.customer ?? "", opportunity: names.opportunity ?? "" });
  const characters = [...filled.replaceAll(/\s+/g, " ").trim()];
  while (characters.join("").length > MAX_TITLE_LENGTH) characters.pop();
  return characters.join("") || title.slice(0, MAX_TITLE_LENGTH);
}

interface TriggerRule {
  opportunity_type: string | null;
}

/** Whether a template is for opportunities of this type. */
export const fitsType = ({ opportunity_type }: TriggerRule, type: string | null): boolean =>
  opportunity_type === null || opportunity_type === type;
