const PLACEHOLDER = /\{(\w+)\}/g;

type Fields = Readonly<Record<string, unknown>>;

const readText = (record: Fields, name: string): string => String(record[name] ?? "");

/** Puts the fields of a record into the path of an action: `/orders/{order_id}/fulfilments/{id}/deliver`. */
export const fillPath = (path: string, record: Fields): string =>
  path.replaceAll(PLACEHOLDER, (_, name: string) => encodeURIComponent(readText(record, name)));

/** Lists the fields of the record that a path names. */
export const listPathFields = (path: string): string[] => [...path.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);

/** Puts the fields of a record into the filter or the preset of a related list, or into the preset of an action. */
export const fillTemplate = (template: Readonly<Record<string, string>>, record: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(template).map(([key, value]) => [
      key,
      value.replaceAll(PLACEHOLDER, (_, name: string) => readText(record, name)),
    ]),
  );
