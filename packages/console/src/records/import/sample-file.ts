import type { Field, Kind } from "../../api/kind.ts";
import { listShortFields } from "../../input/form/short-form.ts";
import { writeCsv } from "./correction-rules.ts";

/** A file that shows how the rows of a kind look: its short form as columns, and one row. */

/** Addresses and numbers that have no owner: RFC 2606 reserves the domain, and Ofcom the number. */
const examples: Readonly<Partial<Record<Field["type"], string>>> = {
  text: "Brightwater",
  email: "mina.okafor@brightwater.example",
  phone: "+44 20 7946 0018",
  url: "https://brightwater.example",
  date: "2027-01-31",
  instant: "2027-01-31T09:00:00Z",
  money: "1250.00",
  number: "12.5",
  integer: "12",
  boolean: "true",
};

/** Texts with a meaning of their own. */
const namedExamples: Readonly<Record<string, string>> = { first_name: "Mina", last_name: "Okafor", company: "Brightwater Foods" };

/** Returns the example of a field. Undefined: its values are records or objects, which a sample cannot know. */
function findExample(field: Field, currency: string): string | undefined {
  if (field.name.endsWith("currency")) return currency;
  return namedExamples[field.name] ?? field.choices?.[0]?.name ?? examples[field.type];
}

/** Builds the file as CSV. Its columns are the labels of the fields, which the next step finds by itself. */
export function buildSampleFile(kind: Pick<Kind, "fields" | "layout">, currency: string): string {
  const fields = listShortFields(kind, (field) => findExample(field, currency) !== undefined);
  const header = fields.map(({ label }) => label);
  return writeCsv(header, [fields.map((field) => findExample(field, currency) ?? "")]);
}
