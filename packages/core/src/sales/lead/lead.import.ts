import { invalid, invalidAll } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { Consent } from "../../people/person/consent.ts";
import { preloadPersons, removeBarePerson, requireSamePerson, validateNames } from "../../people/person/import-match.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import {
  type Importable,
  type Input,
  isInput,
  pickCurrentValues,
  type RowResult,
  toText,
} from "../../platform/import/importable.ts";
import { TenantLines } from "../product-line/tenant-line.ts";
import { leadGrants } from "./lead.kind.ts";
import { Lead } from "./lead.ts";

const { custom_fields: _custom, ...shape } = Lead.Create.shape;

/** Leads in import files. Leads have no unique key, so each row is a lead. */
export const leads: Importable = {
  entity: "leads",
  validate: async ({ lead_number: _number, id: _id, created_at: _at, ...input }) => [
    ...validateNames(input),
    ...(await Lead.create.validate(input)),
  ],
  write: leadGrants.write,
  delete: leadGrants.delete,
  fields: async () => [
    ...listFields(shape),
    ...(await TenantLines.listFields()),
    ...(await CustomField.listFields("lead", "write")),
  ],
  preload: preloadPersons,
  removeBeside: removeBarePerson,
  async create({ lead_number, ...input }) {
    if (lead_number !== undefined) throw invalid("lead_number", "No lead that you can see has this number");
    if (validateNames(input).length > 0) throw invalidAll([...validateNames(input), ...(await Lead.create.validate(input))]);
    const { id, version } = await Lead.create(input);
    return { id, version, outcome: "created" };
  },
  async update(id, input) {
    const { product_data } = input;
    if (!isInput(product_data)) return applyUpdate(id, input);
    // Columns name parts of a document. Parts without a column keep their stored values, and sealed ones stay sealed under their masks.
    const stored: Input = (await Lead.read(id)).product_data ?? {};
    const lines = Object.entries(product_data).map(([line, document]) => [line, mergeDocument(stored[line], document)]);
    return applyUpdate(id, { ...input, product_data: Object.fromEntries(lines) });
  },
  restore: applyUpdate,
  matchers: async () => ({
    id: async (value) => toText(value),
    lead_number: (value) => Lead.findByNumber(String(value)),
    ...(await buildUniqueMatchers("lead")),
  }),
  // The detail sets the product line, so the line is included.
  readPrevious: async (id, input) =>
    pickCurrentValues(await Lead.readUnsealed(id), { product_line: null, ...input }, Object.keys(Lead.update.schema.shape)),
  remove: (id) => Lead.remove({ id }),
};

async function applyUpdate(id: string, input: Input): Promise<RowResult> {
  const details = validateNames(input);
  if (details.length > 0) throw invalidAll(details);
  const { personal_key_id, external_key, lead_number: _number, ...changes } = input;
  await requireSamePerson("lead", () => Lead.read(id), { personal_key_id, external_key });
  const { version } = await Lead.update({ ...Consent.omitWithdrawals(changes), id });
  return { id, version, outcome: "updated" };
}

function mergeDocument(stored: unknown, input: unknown): unknown {
  if (!isInput(input) || !isInput(stored)) return input;
  return {
    ...stored,
    ...Object.fromEntries(Object.entries(input).map(([name, value]) => [name, mergeDocument(stored[name], value)])),
  };
}
