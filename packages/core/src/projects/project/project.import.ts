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
import { projectGrants } from "./project.kind.ts";
import { Project } from "./project.ts";

const { members: _members, milestones: _milestones, custom_fields: _custom, ...createShape } = Project.Create.shape;

/** Import of projects from files. A row names its customer by id, number or name, and its opportunity by id or number. */
export const projects: Importable = {
  entity: "projects",
  write: projectGrants.write,
  delete: projectGrants.delete,
  validate: async ({ id: _id, created_at: _at, ...input }) => {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    return mergeDetails(details, await Project.create.validate(resolvedInput));
  },
  fields: async () => [
    ...listFields(createShape).map((field) => {
      const synonyms = synonymsByField[field.name];
      const isEnd = field.name === "date_time_end";
      return { ...field, ...(synonyms ? { synonyms } : {}), ...(isEnd ? { endsWithDay: true } : {}) };
    }),
    ...(await CustomField.listFields("project", "write")),
  ],
  preload: async () => undefined,
  async create(input) {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    if (details.length > 0) throw invalidAll(mergeDetails(details, await Project.create.validate(resolvedInput)));
    const { id, version } = await Project.create(parse(Project.Create, resolvedInput));
    return { id, version, outcome: "created" };
  },
  async update(id, input) {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    if (details.length > 0) throw invalidAll(details);
    const { version } = await Project.update(parse(Project.update.schema, { ...resolvedInput, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({ id: async (value) => toText(value), ...(await buildUniqueMatchers("project")) }),
  readPrevious: async (id, input) => pickCurrentValues(await Project.read(id), input, Object.keys(Project.update.schema.shape)),
  remove: (id) => Project.remove({ id }),
};

/** Usual names of columns, in English and German. */
const synonymsByField: Readonly<Record<string, readonly string[]>> = {
  title: ["project", "project name", "projekt", "projektname", "projekttitel", "titel", "bezeichnung"],
  description: ["beschreibung", "projektbeschreibung"],
  customer_id: [...companyNames, "customer", "kunde", "kundennummer", "kundenname", "auftraggeber"],
  opportunity_id: ["opportunity", "verkaufschance"],
  date_time_start: ["start date", "begin", "beginn", "startdatum", "projektbeginn", "von"],
  date_time_end: ["end date", "deadline", "ende", "enddatum", "projektende", "bis"],
  status: ["project status", "projektstatus"],
};

const referenceResolvers: ReferenceResolvers = {
  customer_id: (reference) => resolveCustomerId("customer_id", reference),
  opportunity_id: resolveOpportunityId,
};
