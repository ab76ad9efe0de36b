import { CustomField } from "../custom-field/custom-field.ts";
import { type Importable, type Input, ownMatchers, standing, textOf } from "../jobs/import/importable.ts";
import { invalid } from "../kernel/error.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { haveWordsOf } from "../kernel/text.ts";
import { Person } from "../person/person.ts";
import { leadGrants } from "./lead.domain.ts";
import { Lead } from "./lead.ts";

const { custom_fields: _custom, ...shape } = Lead.Create.shape;

/** Leads by files (seed 001, POST /leads/import). A lead is never unique: each row is one. */
export const leads: Importable = {
  entity: "leads",
  schema: Lead.Create,
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
  async create({ lead_number, ...input }) {
    if (lead_number !== undefined) throw invalid("lead_number", "No lead that you see has this number");
    requireOneName(input);
    const { id, version } = await Lead.create(input);
    return { id, version, outcome: "created" };
  },
  async update(id, input) {
    requireOneName(input);
    const { personal_key_id, external_key, lead_number: _number, ...changes } = input;
    await requirePerson(id, textOf(personal_key_id), textOf(external_key));
    const { version } = await Lead.update({ ...changes, id });
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => textOf(value),
    lead_number: (value) => Lead.withNumber(String(value)),
    ...(await ownMatchers("lead")),
  }),
  before: async (id, input) => standing(await Lead.whole(id), input, Object.keys(Lead.update.schema.shape)),
  remove: (id) => Lead.remove({ id }),
};

/** A full name that says more than the names beside it would be lost. */
function requireOneName({ full_name, first_name, last_name }: Input): void {
  const [full, first, last] = [full_name, first_name, last_name].map(textOf);
  if (full !== undefined && (first || last) && !haveWordsOf(full, [first, last]))
    throw invalid("full_name", "Has words that the names beside it do not have: leave out one of the columns");
}

/** An update does not give a lead to another person. */
async function requirePerson(id: string, named: string | undefined, key: string | undefined): Promise<void> {
  if (named === undefined && key === undefined) return;
  const { personal_key_id } = await Lead.read(id);
  const [person, wanted] = await Promise.all([
    Person.living(personal_key_id),
    Person.personNamed({ personal_key_id: named, external_key: key }),
  ]);
  if (person?.id !== wanted?.id)
    throw invalid(
      named === undefined ? "external_key" : "personal_key_id",
      "The lead is about another person: leave the cell empty",
    );
}
