import { CustomFields } from "../custom-field/values.ts";
import { declared, withCustom } from "../jobs/export/exportable.ts";
import { useContext } from "../kernel/context.ts";
import { namingOnly } from "./leads-named.ts";
import { personGrants } from "./person.domain.ts";
import { Person } from "./person.ts";
import { masked } from "./sensitive.ts";

/** Masked, whoever asks: files are passed on, and what is sealed stays so. */
export const persons = declared(Person.listed, {
  entity: "persons",
  read: personGrants.read,
  columns: () => withCustom("person", Person.listed),
  shown: async (persons) => {
    const [seen, owners] = await Promise.all([CustomFields.seen("person"), useContext().visible()]);
    // Ids of leads that wrote into a person are for whom sees them all: nobody asks of each.
    return persons.map((person) => masked(owners === "all" ? person : namingOnly(person, new Set()), seen));
  },
});
