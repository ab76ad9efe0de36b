/** What a column of a file says about a new field for it. */

const FORMS: readonly (readonly [type: string, form: RegExp])[] = [
  // Digits that begin with 0 are numbers of parts or telephones.
  ["number", /^[-+]?(?:0|[1-9]\d{0,2}(?:[.,' ]?\d{3})*|[1-9]\d*)(?:[.,]\d{1,4})?$/],
  ["date", /^(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{2}|\d{4}))$/],
  ["email", /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  ["url", /^https?:\/\/\S+$/],
];

/** Returns the type of a field that takes all these values: text if nothing else does. */
export function suggestFieldType(samples: readonly string[]): string {
  const texts = samples.map((text) => text.trim()).filter((text) => text !== "");
  if (texts.length === 0) return "text";
  return FORMS.find(([, form]) => texts.every((text) => form.test(text)))?.[0] ?? "text";
}
