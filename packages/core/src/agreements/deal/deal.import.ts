import { resolveCustomerId } from "../../accounts/customer/name-lookup.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { mergeDetails } from "../../people/person/import-match.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import { type Importable, type Input, pickCurrentValues, toText } from "../../platform/import/importable.ts";
import { companyNames } from "../../platform/import/synonyms.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
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
    const { known: resolvedInput, wrong: details } = await resolveReferences(input);
    return mergeDetails(details, await Deal.create.validate(resolvedInput));
  },
  fields: async () => [
    ...listFields(createShape).map((field) => (field.name === "customer_id" ? { ...field, synonyms: companyNames } : field)),
    ...(await CustomField.listFields("deal", "write")),
  ],
  preload: async () => undefined,
  async create({ deal_number: _number, ...input }) {
    const { known: resolvedInput, wrong: details } = await resolveReferences(input);
    if (details.length > 0) throw invalidAll(mergeDetails(details, await Deal.create.validate(resolvedInput)));
    const { id, version } = await Deal.create(parse(Deal.Create, resolvedInput));
    return { id, version, outcome: "created" };
  },
  async update(id, { deal_number: _number, ...input }) {
    const { known: resolvedInput, wrong: details } = await resolveReferences(input);
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

const referenceResolvers: Readonly<Record<string, (reference: string) => Promise<string>>> = {
  customer_id: (reference) => resolveCustomerId("customer_id", reference),
  opportunity_id: async (reference) => {
    const id = isId(reference, OPPORTUNITY) ? reference : await findOpportunityByNumber(reference);
    if (id === undefined) throw invalid("opportunity_id", "No opportunity that you can see has this id or number");
    return id;
  },
};

const findOpportunityByNumber = async (opportunityNumber: string): Promise<string | undefined> =>
  (await Opportunity.matching()).fields.opportunity_number?.find(opportunityNumber, undefined);

async function resolveReferences(input: Input): Promise<{ known: Input; wrong: readonly ErrorDetail[] }> {
  const details: ErrorDetail[] = [];
  const resolvedInput = { ...input };
  for (const [field, resolveId] of Object.entries(referenceResolvers)) {
    const reference = toText(input[field]);
    if (reference === undefined) continue;
    const id = await collectDetails(details, resolveId(reference), undefined);
    if (id === undefined) delete resolvedInput[field];
    else resolvedInput[field] = id;
  }
  return { known: resolvedInput, wrong: details };
}
