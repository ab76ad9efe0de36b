/** The fields in the template of a record's title: `{first_name} {last_name}`. */
export const listTitleFields = (title: string): string[] => [...title.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

const FIRST_FIELDS = ["display_name", "name"];
const OTHER_FIELDS = ["subject", "title", "file_name"];

const findText = (record: Readonly<Record<string, unknown>>, fields: readonly string[]): string =>
  fields.map((field) => [record[field]].flat()[0]).find((value): value is string => typeof value === "string" && value !== "") ??
  "";

/** Returns the name in a record; empty if it has none. The `title` of a person is no name, so it comes after those. */
function findName(record: Readonly<Record<string, unknown>>): string {
  const person = [record.first_name, record.last_name].filter(Boolean).join(" ");
  return findText(record, FIRST_FIELDS) || person || findText(record, OTHER_FIELDS);
}

/** Names a record of any kind, at least by its number; empty if it has neither. */
export const nameRecord = (record: Readonly<Record<string, unknown>>): string =>
  findName(record) ||
  findText(
    record,
    Object.keys(record).filter((field) => field.endsWith("_number")),
  );

/** What tells a record without a name from others. */
const CONTACT_FIELDS = ["company", "email", "emails", "phone", "phones", "mobile_phone", "external_key"];

/** The fields by which a record is named whose title is empty. */
export const NAME_FIELDS: readonly string[] = [...FIRST_FIELDS, "first_name", "last_name", ...OTHER_FIELDS, ...CONTACT_FIELDS];

/** Names a record whose title is empty. An id says nothing to people, so a record without any name has the name of its kind. */
export const nameUntitled = (label: string, record: Readonly<Record<string, unknown>>): string =>
  findName(record) || findText(record, CONTACT_FIELDS) || label;
