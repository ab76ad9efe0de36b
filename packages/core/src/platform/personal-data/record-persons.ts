import { usePorts } from "../../kernel/context.ts";
import type { Declaration } from "./field-list.ts";

/** Finds the persons of records by the declarations of personal data. */

/**
 * Returns the fields of a kind that hold the id of the person whom a record is about. `id` for persons themselves. Fields that lead to the
 * person through another record are not among them.
 */
export async function loadPersonFields(kind: string): Promise<readonly string[]> {
  const load = usePorts().domains.find(({ personalData = {} }) => Object.hasOwn(personalData, kind))?.personalData?.[kind];
  const { subject } = ((await load?.()) ?? {}) as Partial<Declaration>;
  return (subject?.paths ?? []).flatMap((path) => {
    if (path.by === "self") return subject?.category === "person" ? ["id"] : [];
    const isPerson =
      path.by === "reference" && path.kind?.name === "person" && !path.field.includes("[]") && !path.field.includes(".");
    return isPerson ? [path.field] : [];
  });
}
