import type { Kind } from "./id.ts";

/** The titles of records: what lists, links and pages call one record. */

/** The fields that give the title if the kind declares no template, in this order. The `title` of a person is no name. */
const NAME_FIELDS = ["display_name", "name"];
const TITLE_FIELDS = ["subject", "title", "file_name"];

/** Returns the template of the titles of a kind, `{first_name} {last_name}`, from its declaration or else from its fields. */
export function findTitleTemplate({ display }: Kind, fields: ReadonlySet<string>): string {
  const names = fields.has("first_name") ? NAME_FIELDS : [...NAME_FIELDS, ...TITLE_FIELDS];
  const field = names.find((name) => fields.has(name));
  const guess = fields.has("first_name") ? "{first_name} {last_name}" : "{id}";
  return display.title ?? (field === undefined ? guess : `{${field}}`);
}

/** Where a field stands in a template. */
const PLACEHOLDER = /\{(\w+)\}/g;

/** Lists the fields in the template of a title. */
export const listTitleFields = (template: string): string[] => [...template.matchAll(PLACEHOLDER)].map(([, field = ""]) => field);

const MAX_TITLE_LENGTH = 200;

/** Returns the title of a record by a template, on one line; empty if the record has none of its fields. */
export function renderTitle(template: string, record: Readonly<Record<string, unknown>>): string {
  const title = template.replaceAll(PLACEHOLDER, (_, field: string) => String(record[field] ?? ""));
  return [...title.replaceAll(/\s+/g, " ").trim()].slice(0, MAX_TITLE_LENGTH).join("");
}

/** Returns the title of a record of a kind, or else the names of a person; empty if it has neither. Marks between missing fields are no title. */
export function titleRecord(kind: Kind, fields: ReadonlySet<string>, record: Readonly<Record<string, unknown>>): string {
  const titles = [findTitleTemplate(kind, fields), "{first_name} {last_name}"].map((template) => renderTitle(template, record));
  return titles.find((title) => /[\p{L}\p{N}]/u.test(title)) ?? "";
}
