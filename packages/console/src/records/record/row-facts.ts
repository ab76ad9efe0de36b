import type { Field } from "../../api/kind.ts";
import { EMPTY, formatValue, isEmptyValue, type LabelledRecord, readValue, type TextOptions } from "../../api/value-text.ts";
import { formatRelative } from "../../ui/i18n/time.ts";

interface RowFacts {
  /** The first amount. */
  readonly amount: string | undefined;
  readonly facts: string[];
}

/** Returns what a short list says of a row: its first amount, and its other values. Further amounts and dates have the name of their field. */
export function readRowFacts(row: LabelledRecord, fields: readonly Field[], options: TextOptions): RowFacts {
  const texts = fields.flatMap((field) => {
    // An id says nothing to people.
    const hasName = field.type !== "reference" || row.expanded?.[field.name] !== undefined;
    const value = readValue(row, field.name);
    const text =
      !hasName || isEmptyValue(value)
        ? EMPTY
        : // Yes says nothing without the name of the field, and No is the usual case.
          field.type === "boolean"
          ? value === true
            ? field.label
            : EMPTY
          : field.type === "instant"
            ? formatRelative(String(value), new Date().toISOString(), options)
            : formatValue(row, field, options);
    return text === EMPTY ? [] : [{ field, text }];
  });
  const first = texts.find(({ field }) => field.type === "money");
  const facts = texts
    .filter((entry) => entry !== first)
    .map(({ field, text }) => (field.type === "money" || field.type === "date" ? `${field.label} ${text}` : text));
  return { amount: first?.text, facts };
}
