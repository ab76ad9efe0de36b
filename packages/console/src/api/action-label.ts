import type { Action, Kind } from "./kind.ts";

const ARTICLES = / (?:an?|the) /;

/** The verb of an action: `Remove` of `Remove a member from a project`. */
export const readVerb = (label: string): string => label.split(ARTICLES, 1)[0] ?? label;

/** A button needs no article and no kind: `Convert a lead` is `Convert`, and `Record a payment of an order` is `Record payment`. */
export function shortLabel({ title, label: sentence }: Action, { label: kindLabel }: Pick<Kind, "label">): string {
  if (title !== undefined) return title;
  const label = String(sentence);
  const text = label.toLocaleLowerCase();
  const kind = kindLabel.toLocaleLowerCase();
  if (!text.includes(kind)) return label;
  const whole = [` of an ${kind}`, ` of a ${kind}`].map((end) => text.indexOf(end)).find((place) => place > 0);
  return whole === undefined ? readVerb(label) : label.slice(0, whole).replaceAll(/ (?:an?|the) /g, " ");
}

/**
 * An entry of the menu of a record needs neither the record nor an aside: `Reopen an opportunity that is won or lost` is `Reopen`, and
 * `Escalate a ticket, with a reason` is `Escalate`.
 */
export function menuLabel({ title, label: sentence }: Action, { label: kindLabel }: Pick<Kind, "label">): string {
  if (title !== undefined) return title;
  const label = String(sentence);
  if (label.endsWith("this one")) return label;
  const [text = label] = label.split(/, (?:or|with|now) /, 1);
  const kind = `an? (?:\\p{L}+ )?${kindLabel.replaceAll(/[^\p{L}\p{N} ]/gu, ".")}(?![\\p{L}'’]| (?:of|or|the|wait)(?!\\p{L}))`;
  return text
    .replace(new RegExp(`^(\\p{L}+) ${kind}(?: (?:that|before) .*)?`, "iu"), "$1")
    .replace(new RegExp(`(?<= .*) (?:of|to|from|in) ${kind}(?: who .*)?`, "iu"), "");
}
