import { CustomField } from "../custom-field/custom-field.ts";
import { ownMatchers } from "../custom-field/matching.ts";
import { type Importable, standing, textOf } from "../jobs/import/importable.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { personGrants } from "./person.domain.ts";
import { Person } from "./person.ts";

const { custom_fields: _custom, ...shape } = Person.Brought.shape;

/** Persons by files: each row goes through identity resolution, by external key and then by contact points. */
export const persons: Importable = {
  entity: "persons",
  wrongIn: ({ id: _id, created_at: _at, ...input }) => Person.bring.wrongIn(input),
  write: personGrants.write,
  delete: personGrants.delete,
  fields: async () => [...fieldsOfShape(shape), ...(await CustomField.fieldsOf("person", "write"))],
  readAhead: (inputs) =>
    Person.readAhead(
      inputs.map((input) => ({
        external_key: textOf(input.external_key),
        emails: [input.email, input.email_2, input.email_3].map(textOf),
        phones: [input.phone, input.phone_2, input.mobile].map(textOf),
      })),
    ),
  create: (input, onDuplicate) => Person.bring({ ...input, on_found: onDuplicate }),
  update: (id, input) => Person.bring({ ...input, personal_key_id: id, on_found: "update" }),
  matchers: async () => ({
    id: async (value) => textOf(value),
    external_key: (value) => Person.withExternalKey(String(value)),
    ...(await ownMatchers("person")),
  }),
  // What is sealed is not laid open for the sake of a way back.
  before: async (id, input) => standing(await Person.get({ id }), input, Object.keys(Person.Profile.shape)),
  remove: (id) => Person.remove({ id }),
};
