/** Derives a label from a name that the schema has no label for: `created_at` becomes `Created at`, and `is_primary` becomes `Primary`. */
export function fieldLabel(name: string): string {
  const words = name.replace(/^is_|_id$/g, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
