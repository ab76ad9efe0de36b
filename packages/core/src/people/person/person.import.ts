import { listFields } from "../../kernel/field.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import { type Importable, pickCurrentValues, toText } from "../../platform/import/importable.ts";
import { personGrants } from "./person.kind.ts";
import { Person } from "./person.ts";

const { custom_fields: _custom, ...shape } = Person.UpsertRow.shape;

/** Imports persons. Each row is resolved by external key and then by contact points. */
export const persons: Importable = {
  entity: "persons",
  validate: ({ id: _id, created_at: _at, ...input }) => Person.upsertRow.validate(input),
  write: personGrants.write,
  delete: personGrants.delete,
  fields: async () => [...listFields(shape), ...(await CustomField.listFields("person", "write"))],
  preload: (inputs) =>
    Person.preloadResolution(
      inputs.map((input) => ({
        external_key: toText(input.external_key),
        emails: [input.email, input.email_2, input.email_3].map(toText),
        phones: [input.phone, input.phone_2, input.mobile].map(toText),
      })),
    ),
  create: (input, onDuplicate) => Person.upsertRow({ ...input, on_found: onDuplicate }),
  update: (id, input) => Person.upsertRow({ ...input, personal_key_id: id, on_found: "update" }),
  matchers: async () => ({
    id: async (value) => toText(value),
    external_key: (value) => Person.findByExternalKey(String(value)),
    ...(await buildUniqueMatchers("person")),
  }),
  // Sensitive values are not decrypted for undoing an import.
  readPrevious: async (id, input) => pickCurrentValues(await Person.get({ id }), input, Object.keys(Person.Profile.shape)),
  remove: (id) => Person.remove({ id }),
};
