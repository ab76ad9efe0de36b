import type { Action, Kind } from "../data/kind.ts";

const ARTICLES = / (?:an?|the) /;

/** The verb of an action: `Remove` of `Remove a member from a project`. */
export const readVerb = (label: string): string => label.split(ARTICLES, 1)[0] ?? label;

/** A button needs no article and no kind: `Convert a lead` is `Convert`, and `Record a payment of an order` is `Record payment`. */
export function shortLabel({ label }: Action, { label: kindLabel }: Kind): string {
  const text = label.toLocaleLowerCase();
  const kind = kindLabel.toLocaleLowerCase();
  if (!text.includes(kind)) return label;
  const whole = [` of an ${kind}`, ` of a ${kind}`].map((end) => text.indexOf(end)).find((place) => place > 0);
  return whole === undefined ? readVerb(label) : label.slice(0, whole).replaceAll(/ (?:an?|the) /g, " ");
}
