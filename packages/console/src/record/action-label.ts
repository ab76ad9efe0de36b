import type { Action, Kind } from "../data/kind.ts";

/** A button needs no article and no kind: `Convert a lead` is `Convert`, and `Record a payment of an order` is `Record payment`. */
export function shortLabel({ label }: Action, { label: kindLabel }: Kind): string {
  const text = label.toLocaleLowerCase();
  const kind = kindLabel.toLocaleLowerCase();
  if (!text.includes(kind)) return label;
  const whole = [` of an ${kind}`, ` of a ${kind}`].map((end) => text.indexOf(end)).find((place) => place > 0);
  const [verb = label] = label.split(/ (?:an?|the) /);
  return whole === undefined ? verb : label.slice(0, whole).replaceAll(/ (?:an?|the) /g, " ");
}
