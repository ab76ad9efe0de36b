/** What a form says about a refusal of the API. Pure. */

interface Refusal {
  readonly code: string;
  readonly message: string;
  /** The message for each field. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A broken rule has a way out beside the messages of fields, and a conflict a reason beside the values that stand against it. */
const EXPLAINED_CODES: ReadonlySet<string> = new Set(["RULE_VIOLATION", "CONFLICT"]);

/** Returns what a refusal says about the record as a whole. */
export function findFormMessage({ code, message, fields }: Refusal): string | undefined {
  const [text = ""] = message.split("\n");
  const messages = Object.values(fields);
  return messages.length === 0 || (EXPLAINED_CODES.has(code) && !messages.includes(text)) ? text : undefined;
}

/** Returns the field of a form that an error is about: `line_items` for `line_items[0].quantity`. */
const readField = (name: string): string => (name.startsWith("custom_fields.") ? name : (/^\w+/.exec(name)?.[0] ?? name));

/**
 * Lists the messages of fields that the form does not show, with the labels of the fields. A field without a label is a name in the API,
 * which says nothing to people.
 */
export const listHiddenFaults = (
  fields: Readonly<Record<string, string>>,
  shownFields: readonly string[],
  labelFor: (name: string) => string,
): string[] =>
  Object.entries(fields).flatMap(([name, message]) => {
    const field = readField(name);
    if (shownFields.includes(field)) return [];
    const label = labelFor(field);
    return [label === field ? message : `${label}: ${message}`];
  });

/** Names of fields in messages of the API: `product_id`, and `settings.currency`. */
const FIELD_NAME = /\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g;

/** Puts the labels of fields into a message in place of their names in the API. */
export const nameFields = (message: string, labelFor: (name: string) => string): string =>
  message.replaceAll(FIELD_NAME, (name) => labelFor(name));

/** Returns the label of a field; a name without one in words. */
export const findLabel = (name: string, fields: readonly { readonly name: string; readonly label: string }[]): string =>
  fields.find((field) => field.name === name)?.label ?? name.replace(/_ids?$/, "").replaceAll("_", " ");
