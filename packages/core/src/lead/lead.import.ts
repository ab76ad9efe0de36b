import { CustomField } from "../custom-field/custom-field.ts";
import { ownMatchers } from "../custom-field/matching.ts";
import { type Importable, type Input, isInput, standing, textOf, type Written } from "../jobs/import/importable.ts";
import { readPersonsAhead, requirePersonOf, wrongNames } from "../jobs/import/whose.ts";
import { invalid, invalidAll } from "../kernel/error.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { Consent } from "../person/consent.ts";
import { leadGrants } from "./lead.domain.ts";
import { Lead } from "./lead.ts";
import { OwnLines } from "./own-lines.ts";

const { custom_fields: _custom, ...shape } = Lead.Create.shape;

/** Leads by files (seed 001, POST /leads/import). A lead is never unique: each row is one. */
export const leads: Importable = {
  entity: "leads",
  wrongIn: async ({ lead_number: _number, id: _id, created_at: _at, ...input }) => [
    ...wrongNames(input),
    ...(await Lead.create.wrongIn(input)),
  ],
  write: leadGrants.write,
  delete: leadGrants.delete,
  fields: async () => [...fieldsOfShape(shape), ...(await OwnLines.fields()), ...(await CustomField.fieldsOf("lead", "write"))],
  readAhead: readPersonsAhead,
  async create({ lead_number, ...input }) {
    if (lead_number !== undefined) throw invalid("lead_number", "No lead that you see has this number");
    if (wrongNames(input).length > 0) throw invalidAll([...wrongNames(input), ...(await Lead.create.wrongIn(input))]);
    const { id, version } = await Lead.create(input);
    return { id, version, outcome: "created" };
  },
  async update(id, input) {
    const { product_data } = input;
    if (!isInput(product_data)) return changed(id, input);
    // Columns name parts of a document: what they do not name stays, under its masks.
    const stored: Input = (await Lead.read(id)).product_data ?? {};
    const lines = Object.entries(product_data).map(([line, given]) => [line, joined(stored[line], given)]);
    return changed(id, { ...input, product_data: Object.fromEntries(lines) });
  },
  restore: changed,
  matchers: async () => ({
    id: async (value) => textOf(value),
    lead_number: (value) => Lead.numbered(String(value)),
    ...(await ownMatchers("lead")),
  }),
  // The detail brings its line along.
  before: async (id, input) =>
    standing(await Lead.whole(id), { product_line: null, ...input }, Object.keys(Lead.update.schema.shape)),
  remove: (id) => Lead.remove({ id }),
};

async function changed(id: string, input: Input): Promise<Written> {
  const wrong = wrongNames(input);
  if (wrong.length > 0) throw invalidAll(wrong);
  const { personal_key_id, external_key, lead_number: _number, ...changes } = input;
  await requirePersonOf("lead", () => Lead.read(id), { personal_key_id, external_key });
  const { version } = await Lead.update({ ...Consent.takingNothingBack(changes), id });
  return { id, version, outcome: "updated" };
}

function joined(stored: unknown, given: unknown): unknown {
  if (!isInput(given) || !isInput(stored)) return given;
  return { ...stored, ...Object.fromEntries(Object.entries(given).map(([name, each]) => [name, joined(stored[name], each)])) };
}
