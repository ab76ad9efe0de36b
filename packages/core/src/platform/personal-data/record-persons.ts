import { findKind, loadCollection } from "../../storage/table/collection-registry.ts";

/** Finds the persons of records by the declarations of personal data. */

/**
 * Returns the fields of a kind that hold the id of the person whom a record is about. `id` for persons themselves. Fields that lead to the
 * person through another record are not among them.
 */
export async function loadPersonFields(name: string): Promise<readonly string[]> {
  const kind = findKind(name);
  const { subject } = (kind?.load && (await loadCollection(kind)).definition.personalData) || {};
  return (subject?.paths ?? []).flatMap((path) => {
    if (path.by === "self") return subject?.category === "person" ? ["id"] : [];
    const isPerson =
      path.by === "reference" && path.kind?.name === "person" && !path.field.includes("[]") && !path.field.includes(".");
    return isPerson ? [path.field] : [];
  });
}
