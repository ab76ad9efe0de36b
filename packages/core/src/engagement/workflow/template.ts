import * as z from "zod";
import { invalidAll, isFailure, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { name, text } from "../../kernel/schema.ts";
import { nameParameter, readParameters, type WorkflowTemplate } from "./template.rules.ts";
import { workflowTemplates } from "./template-catalog.data.ts";
import { create } from "./workflow.ts";

/** Lists the templates of workflows, and creates drafts from them. */

export const TemplateInfo = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  kind: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      type: z.string().describe("integer, choice, text, texts, or the kind of record whose id it is"),
      description: z.string(),
      default: z.json().nullable(),
      min: z.number().int().nullable(),
      max: z.number().int().nullable(),
      values: z.array(z.string()).nullable().describe("The values of a choice"),
    }),
  ),
});

const present = ({ key, name: title, description, kind, parameters }: WorkflowTemplate): z.output<typeof TemplateInfo> => ({
  key,
  name: title,
  description,
  kind,
  parameters: Object.entries(parameters).map(([parameter, declared]) => ({
    name: parameter,
    type: declared.type,
    description: declared.description,
    default: declared.default ?? null,
    min: declared.min ?? null,
    max: declared.max ?? null,
    values: declared.values ? [...declared.values] : null,
  })),
});

export const listTemplates = fn(z.strictObject({}), async () => workflowTemplates.map(present));

const CreateFromTemplate = z.strictObject({
  key: text(64).describe("The key of a template: `GET /workflows/templates`"),
  name: name(150).optional().describe("Default: the name of the template"),
  parameters: z.record(z.string(), z.json()).default({}).describe("Values of the template's parameters, by name"),
});

/** Creates a draft from a template. A fault names the parameter. */
export const createFromTemplate = fn(CreateFromTemplate, async ({ key, name: title, parameters }) => {
  const template = workflowTemplates.find((each) => each.key === key);
  if (!template) throw notFound();
  const { values, problems } = readParameters(template, parameters);
  if (problems.length > 0) throw invalidAll(problems);
  const definition = template.build(values);
  try {
    // A template writes steps and values of parameters as plain JSON; `create` checks them, and its faults name the parameter.
    return await create({ name: title ?? template.name, description: template.description, ...definition } as never);
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw invalidAll(error.details.map((detail) => nameParameter(definition, values, detail)));
  }
});

export * as WorkflowTemplates from "./template.ts";
