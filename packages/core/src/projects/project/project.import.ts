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
import { projectGrants } from "./project.kind.ts";
import { Project } from "./project.ts";

const { members: _members, milestones: _milestones, custom_fields: _custom, ...createShape } = Project.Create.shape;

/** Import of projects from files. A row names its customer by id, number or name, and its opportunity by id or number. */
export const projects: Importable = {
  entity: "projects",
  write: projectGrants.write,
  delete: projectGrants.delete,
  validate: async ({ id: _id, created_at: _at, ...input }) => {
    const { known, wrong } = await resolveReferences(input);
    return mergeDetails(wrong, await Project.create.validate(known));
  },
  fields: async () => [
    ...listFields(createShape).map((field) => (field.name === "customer_id" ? { ...field, synonyms: companyNames } : field)),
    ...(await CustomField.listFields("project", "write")),
  ],
  preload: async () => undefined,
  async create(input) {
    const { known, wrong } = await resolveReferences(input);
    if (wrong.length > 0) throw invalidAll(mergeDetails(wrong, await Project.create.validate(known)));
    const { id, version } = await Project.create(parse(Project.Create, known));
    return { id, version, outcome: "created" };
  },
  async update(id, input) {
    const { known, wrong } = await resolveReferences(input);
    if (wrong.length > 0) throw invalidAll(wrong);
    const { version } = await Project.update(parse(Project.update.schema, { ...known, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({ id: async (value) => toText(value), ...(await buildUniqueMatchers("project")) }),
  readPrevious: async (id, input) => pickCurrentValues(await Project.read(id), input, Object.keys(Project.update.schema.shape)),
  remove: (id) => Project.remove({ id }),
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
  const wrong: ErrorDetail[] = [];
  const known = { ...input };
  for (const [field, resolveId] of Object.entries(referenceResolvers)) {
    const reference = toText(input[field]);
    if (reference === undefined) continue;
    const id = await collectDetails(wrong, resolveId(reference), undefined);
    if (id === undefined) delete known[field];
    else known[field] = id;
  }
  return { known, wrong };
}
