/** The fields in the template of a record's title: `{first_name} {last_name}`. */
export const listTitleFields = (title: string): string[] => [...title.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
