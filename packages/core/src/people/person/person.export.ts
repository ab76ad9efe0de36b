import { useContext } from "../../kernel/context.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { type ListDefinition, withCustomFields } from "../../platform/export/exportable.ts";
import type { PersonRecord } from "./person.entity.ts";
import { Person } from "./person.ts";
import { presentMasked } from "./sensitive-values.ts";
import { redactSources } from "./source-redaction.ts";

/** Exports persons with masked sensitive values for all callers, because files are passed on. */
export const persons: ListDefinition<PersonRecord> = {
  ...Person.listDefinition,
  columns: () => withCustomFields("person", Person.listDefinition),
  present: async (persons) => {
    const [seen, owners] = await Promise.all([CustomFields.loadPresenter("person"), useContext().visibleOwners()]);
    // Ids of leads in a person are shown only to callers who see all records, to avoid a check of each.
    return persons.map((person) => presentMasked(owners === "all" ? person : redactSources(person, new Set()), seen));
  },
};
