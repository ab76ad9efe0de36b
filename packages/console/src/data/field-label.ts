/** Derives a label from a name that the schema has no label for: `created_at` becomes `Created at`. */
export function fieldLabel(name: string): string {
  const words = name.replace(/_id$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
