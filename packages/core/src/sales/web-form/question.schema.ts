import * as z from "zod";
import { name, oneOf, text } from "../../kernel/schema.ts";
import { isCustomPath } from "../../storage/table/custom-field-values.ts";
import { questionTypes, reservedNames, targets } from "./form.rules.ts";

/** Questions of a form, as users write them in the editor. */

/** The name of a field on a page. */
export const boxName = () =>
  name(100).refine((value) => !(reservedNames as readonly string[]).includes(value), "Reserved by the intake: use another name");

export const MAX_QUESTIONS = 40;

const isLeadField = (value: string): boolean => (targets as readonly string[]).includes(value) || isCustomPath(value);

export const Question = z.strictObject({
  name: boxName().describe("Name of the answer in submissions; unique in the form"),
  label: name(255).describe("The question, as visitors read it"),
  type: oneOf(questionTypes).default("text"),
  is_required: z.boolean().default(false),
  help: text(500).nullable().default(null).describe("Text below the question"),
  choices: z
    .array(name(200))
    .max(50)
    .default([])
    .describe("For select, radio and checkboxes. A custom field with options brings its own"),
  field: text(120)
    .refine(isLeadField, `Must be custom_fields.<name> or one of: ${targets.join(", ")}`)
    .meta({ examples: ["email"] })
    .nullable()
    .default(null)
    .describe("Field of the lead that the answer fills: a field of its person, or custom_fields.<name>"),
});
export type Question = z.output<typeof Question>;
