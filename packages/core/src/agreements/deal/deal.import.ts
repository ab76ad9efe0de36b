import { resolveCustomerId } from "../../accounts/customer/name-lookup.ts";
import { invalidAll } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { mergeDetails } from "../../people/person/import-match.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import { type Importable, pickCurrentValues, toText } from "../../platform/import/importable.ts";
import { type ReferenceResolvers, resolveReferences } from "../../platform/import/references.ts";
import { companyNames } from "../../platform/import/synonyms.ts";
import { resolveOpportunityId } from "../../sales/opportunity/opportunity-lookup.ts";
import { findIdByNumber } from "../../storage/write/upsert.ts";
import { Deals } from "./deal.entity.ts";
import { dealGrants } from "./deal.kind.ts";
import { Deal } from "./deal.ts";

const { items: _items, custom_fields: _custom, ...createShape } = Deal.Create.shape;

/** Import of deals from files. A row names its customer by id, number or name, and its opportunity by id or number. */
export const deals: Importable = {
  entity: "deals",
  write: dealGrants.write,
  delete: dealGrants.delete,
  validate: async ({ deal_number: _number, id: _id, created_at: _at, ...input }) => {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    return mergeDetails(details, await Deal.create.validate(resolvedInput));
  },
  fields: async () => [
    ...listFields(createShape).map((field) => (field.name === "customer_id" ? { ...field, synonyms: companyNames } : field)),
    ...(await CustomField.listFields("deal", "write")),
  ],
  preload: async () => undefined,
  async create({ deal_number: _number, ...input }) {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    if (details.length > 0) throw invalidAll(mergeDetails(details, await Deal.create.validate(resolvedInput)));
    const { id, version } = await Deal.create(parse(Deal.Create, resolvedInput));
    return { id, version, outcome: "created" };
  },
  async update(id, { deal_number: _number, ...input }) {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    if (details.length > 0) throw invalidAll(details);
    const { version } = await Deal.update(parse(Deal.update.schema, { ...resolvedInput, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => toText(value),
    deal_number: (value) => findIdByNumber(Deals, "deal_number", String(value)),
    ...(await buildUniqueMatchers("deal")),
  }),
  readPrevious: async (id, input) => pickCurrentValues(await Deal.read(id), input, Object.keys(Deal.update.schema.shape)),
  remove: (id) => Deal.remove({ id }),
};

const referenceResolvers: ReferenceResolvers = {
  customer_id: (reference) => resolveCustomerId("customer_id", reference),
  opportunity_id: resolveOpportunityId,
};
