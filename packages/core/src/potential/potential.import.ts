import { CustomField } from "../custom-field/custom-field.ts";
import { ownMatchers } from "../custom-field/matching.ts";
import { type Importable, standing, textOf } from "../jobs/import/importable.ts";
import { readPersonsAhead, requirePersonOf } from "../jobs/import/whose.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { parse } from "../kernel/fn.ts";
import { withNumber } from "../storage/write/upsert.ts";
import { potentialGrants } from "./potential.domain.ts";
import { Potentials } from "./potential.entity.ts";
import { Potential } from "./potential.ts";

const { custom_fields: _custom, ...shape } = Potential.Create.shape;

/** Potentials by files. Each names its person, by their id or their external key. */
export const potentials: Importable = {
  entity: "potentials",
  write: potentialGrants.write,
  delete: potentialGrants.delete,
  wrongIn: ({ potential_number: _number, id: _id, created_at: _at, ...input }) => Potential.create.wrongIn(input),
  fields: async () => [...fieldsOfShape(shape), ...(await CustomField.fieldsOf("potential", "write"))],
  readAhead: readPersonsAhead,
  async create({ potential_number: _number, ...input }) {
    const { id, version } = await Potential.create(parse(Potential.Create, input));
    return { id, version, outcome: "created" };
  },
  async update(id, { personal_key_id, external_key, potential_number: _number, ...changes }) {
    await requirePersonOf("potential", () => Potential.read(id), { personal_key_id, external_key });
    const { version } = await Potential.update(parse(Potential.update.schema, { ...changes, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => textOf(value),
    potential_number: (value) => withNumber(Potentials, "potential_number", String(value)),
    ...(await ownMatchers("potential")),
  }),
  before: async (id, input) => standing(await Potential.read(id), input, Object.keys(Potential.update.schema.shape)),
  remove: (id) => Potential.remove({ id }),
};
