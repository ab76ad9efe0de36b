import { invalidAll } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { mergeDetails } from "../../people/person/import-match.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import { type Importable, pickCurrentValues, toText } from "../../platform/import/importable.ts";
import { type ReferenceResolvers, resolveReferences } from "../../platform/import/references.ts";
import { findIdByNumber } from "../../storage/write/upsert.ts";
import { Campaigns } from "./campaign.entity.ts";
import { campaignGrants } from "./campaign.kind.ts";
import { Campaign } from "./campaign.ts";

const { custom_fields: _custom, budget_allocations: _allocations, ...createShape } = Campaign.Create.shape;

/** Import of campaigns from files. A row may name the campaign above by id or number. */
export const campaigns: Importable = {
  entity: "campaigns",
  write: campaignGrants.write,
  delete: campaignGrants.write,
  validate: async ({ campaign_number: _number, id: _id, created_at: _at, ...input }) => {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    return mergeDetails(details, await Campaign.create.validate(resolvedInput));
  },
  fields: async () => [...listFields(createShape), ...(await CustomField.listFields("campaign", "write"))],
  preload: async () => undefined,
  async create({ campaign_number: _number, ...input }) {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    if (details.length > 0) throw invalidAll(mergeDetails(details, await Campaign.create.validate(resolvedInput)));
    const { id, version } = await Campaign.create(parse(Campaign.Create, resolvedInput));
    return { id, version, outcome: "created" };
  },
  async update(id, { campaign_number: _number, ...input }) {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    if (details.length > 0) throw invalidAll(details);
    const { version } = await Campaign.update(parse(Campaign.update.schema, { ...resolvedInput, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => toText(value),
    campaign_number: (value) => findIdByNumber(Campaigns, "campaign_number", String(value)),
    ...(await buildUniqueMatchers("campaign")),
  }),
  readPrevious: async (id, input) => pickCurrentValues(await Campaign.read(id), input, Object.keys(Campaign.update.schema.shape)),
  remove: (id) => Campaign.remove({ id }),
};

const referenceResolvers: ReferenceResolvers = {
  parent_campaign_id: async (reference) => (await findIdByNumber(Campaigns, "campaign_number", reference)) ?? reference,
};
