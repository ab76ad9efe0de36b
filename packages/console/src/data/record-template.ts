/** Puts the fields of a record into the path of an action: `/orders/{order_id}/fulfilments/{id}/deliver`. */
export const fillPath = (path: string, record: Readonly<Record<string, unknown>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(record[name] ?? "")));

/** Lists the fields of the record that a path names. */
export const listPathFields = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

/** Puts the id of a record into the filter or the preset of a related list, where `{id}` stands. */
export const fillTemplate = (template: Readonly<Record<string, string>>, id: string): Record<string, string> =>
  Object.fromEntries(Object.entries(template).map(([name, value]) => [name, value.replace("{id}", id)]));
