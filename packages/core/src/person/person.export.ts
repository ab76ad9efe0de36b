import { CustomFields } from "../custom-field/values.ts";
import { declared, withCustom } from "../jobs/export/exportable.ts";
import { personGrants } from "./person.domain.ts";
import { Person } from "./person.ts";
import { masked } from "./sensitive.ts";

/** Masked, whoever asks: files are passed on, and what is sealed stays so. */
export const persons = declared(Person.listed, {
  entity: "persons",
  read: personGrants.read,
  columns: () => withCustom("person", Person.listed),
  shown: async () => {
    const seen = await CustomFields.seen("person");
    return (person) => masked(person, seen);
  },
});
