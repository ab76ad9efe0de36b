/**
 * Other names of fields. Requests may use them wherever they name a field: in bodies, filters, `where`, `sort` and `fields`. Responses and
 * errors have the field's own name.
 */
const SAME_FIELDS: readonly (readonly string[])[] = [
  ["person_id", "personal_key_id", "person"],
  ["record_type", "kind"],
  ["owner_id", "owner"],
];

/** Both are names of one field in responses too, so a client may send back either. */
export const PERSON_NAMES: readonly string[] = ["person_id", "personal_key_id"];

/** Returns the field's own name: a name of the same field, or the name with `_id`. Undefined if there is no such field. */
export function findFieldName(name: string, hasField: (field: string) => boolean): string | undefined {
  if (hasField(name)) return name;
  const group = SAME_FIELDS.find((names) => names.includes(name)) ?? [];
  return [...group, `${name}_id`].find((other) => hasField(other));
}

/** Lists the other names by which requests can name a field. */
export function listOtherNames(field: string, hasField: (field: string) => boolean): string[] {
  const group = SAME_FIELDS.find((names) => names.includes(field)) ?? [];
  const bare = field.endsWith("_id") ? [field.slice(0, -"_id".length)] : [];
  return [...new Set([...group, ...bare])].filter((name) => name !== field && findFieldName(name, hasField) === field);
}
