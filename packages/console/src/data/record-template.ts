/** Puts the id of a record into the filter or the preset of a related list, where `{id}` stands. */
export const fillTemplate = (template: Readonly<Record<string, string>>, id: string): Record<string, string> =>
  Object.fromEntries(Object.entries(template).map(([name, value]) => [name, value.replace("{id}", id)]));
