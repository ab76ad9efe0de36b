import { CustomField } from "../custom-field/custom-field.ts";
import { type Importable, type Input, ownMatchers, standing, textOf } from "../jobs/import/importable.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { Person } from "../person/person.ts";
import { leadGrants } from "./lead.domain.ts";
import { Lead } from "./lead.ts";

const { custom_fields: _custom, ...shape } = Lead.Create.shape;

/** Leads by files (seed 001, POST /leads/import). A lead is never unique: each row is one. */
export const leads: Importable = {
  entity: "leads",
  write: leadGrants.write,
  delete: leadGrants.delete,
  fields: async () => [...fieldsOfShape(shape), ...(await CustomField.fieldsOf("lead", "write"))],
  readAhead: (inputs) =>
    Person.readAhead(
      inputs.map(({ external_key, email, phone, mobile }: Input) => ({
        external_key: textOf(external_key),
        emails: [textOf(email)],
        phones: [textOf(phone), textOf(mobile)],
      })),
    ),
  async create(input) {
    const { id, version } = await Lead.create(input);
    return { id, version, outcome: "created" };
  },
  async update(id, input) {
    const { personal_key_id: _person, external_key: _key, ...changes } = input;
    const { version } = await Lead.update({ ...changes, id });
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({ id: async (value) => textOf(value), ...(await ownMatchers("lead")) }),
  before: async (id, input) => standing(await Lead.get({ id }), input, Object.keys(Lead.update.schema.shape)),
  remove: (id) => Lead.remove({ id }),
};
