import { useQueryClient } from "@tanstack/react-query";
import { useInvalidation } from "../data/records.ts";
import { useScope } from "../data/session.ts";

export const CUSTOM_FIELDS_PATH = "/api/v1/custom-fields";
export const CUSTOM_FIELD = { kind: "custom_field" } as const;

/** Reads again what depends on the fields of a kind of records: the fields themselves, forms and lists of such records, and files that are imported. */
export function useFieldInvalidation(): (kind: string, id?: string) => Promise<void> {
  const queries = useQueryClient();
  const scope = useScope();
  const invalidate = useInvalidation();
  return async (kind, id) => {
    await Promise.all([
      invalidate(CUSTOM_FIELD, id),
      queries.invalidateQueries({ queryKey: [...scope, "kind", kind] }),
      queries.invalidateQueries({ queryKey: [...scope, "field-names", kind] }),
      queries.invalidateQueries({ queryKey: [...scope, "list", kind], refetchType: "none" }),
      queries.invalidateQueries({ queryKey: [...scope, "import-file"] }),
    ]);
  };
}
