/** Rules for texts that people read: labels, helps, and texts of dialogs. Pure. */

/** Words of the API and of its documentation, with what to write in their place. */
const API_WORDS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/`/, "has a backtick: write the word that people see"],
  [/\b[A-Za-z0-9]+_[A-Za-z0-9_]+\b/, "names a field or a code of the API: write its label"],
  [/\bnull\b/, "says null: write empty"],
  [/\b(?:GET|POST|PUT|PATCH|DELETE|JSON|API)\b/, "speaks of the API: say what happens"],
  [/\bISO \d/, "names a standard: give an example"],
  [/\b[Ii]ds?\b/, "speaks of ids: name the record"],
  [/\b(?:true|false)\b/, "names a value of the API: say what the choice means"],
  [/\bthe caller\b/i, "speaks of the caller: write you"],
  [/\b(?:returns|responds with|\b[45]\d\d\b with)/, "speaks of an answer of the API: say what happens"],
];

const MAX_WORDS = 15;

const listSentences = (text: string): string[] => text.split(/(?<=[.?!;:])\s+/);

/** Placeholders of texts, which people do type. */
const PLACEHOLDER = /\{\{[^}]*\}\}/g;

/** Says which words of the API a text has; empty if none. */
export const checkWords = (text: string): string[] =>
  API_WORDS.filter(([pattern]) => pattern.test(text.replaceAll(PLACEHOLDER, ""))).map(([, reason]) => reason);

/** Says what a text for people breaks; empty if nothing. */
export function checkPeopleText(text: string): string[] {
  const long = listSentences(text).filter((sentence) => sentence.split(/\s+/).length > MAX_WORDS);
  return [...checkWords(text), ...long.map((sentence) => `has a sentence of more than ${MAX_WORDS} words: ${sentence}`)];
}

/** Endings of labels that come from names of fields. */
const NAME_ENDING = /\b(?:ids?|datetime|url|crm|mb|utc|sms|sla|rma|vat)$|\bline\d$/;

export const checkLabel = (label: string): string[] => [
  ...checkPeopleText(label),
  ...(NAME_ENDING.test(label) ? ["is the name of a field in words: write what people call it"] : []),
];
