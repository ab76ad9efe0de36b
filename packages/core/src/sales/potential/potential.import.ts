import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { preloadPersons, removeBarePerson, requireSamePerson } from "../../people/person/import-match.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import { type Importable, pickCurrentValues, toText } from "../../platform/import/importable.ts";
import { findIdByNumber } from "../../storage/write/upsert.ts";
import { Potentials } from "./potential.entity.ts";
import { potentialGrants } from "./potential.kind.ts";
import { Potential } from "./potential.ts";

const { custom_fields: _custom, ...shape } = Potential.Create.shape;

/** Potentials in import files. Each row names the person by id or external key. */
export const potentials: Importable = {
  entity: "potentials",
  write: potentialGrants.write,
  delete: potentialGrants.delete,
  validate: ({ potential_number: _number, id: _id, created_at: _at, ...input }) => Potential.create.validate(input),
  fields: async () => [...listFields(shape), ...(await CustomField.listFields("potential", "write"))],
  preload: preloadPersons,
  removeBeside: removeBarePerson,
  async create({ potential_number: _number, ...input }) {
    const { id, version } = await Potential.create(parse(Potential.Create, input));
    return { id, version, outcome: "created" };
  },
  async update(id, { personal_key_id, external_key, potential_number: _number, ...changes }) {
    await requireSamePerson("potential", () => Potential.read(id), { personal_key_id, external_key });
    const { version } = await Potential.update(parse(Potential.update.schema, { ...changes, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => toText(value),
    potential_number: (value) => findIdByNumber(Potentials, "potential_number", String(value)),
    ...(await buildUniqueMatchers("potential")),
  }),
  readPrevious: async (id, input) =>
    pickCurrentValues(await Potential.read(id), input, Object.keys(Potential.update.schema.shape)),
  remove: (id) => Potential.remove({ id }),
};
