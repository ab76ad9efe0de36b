import * as z from "zod";
import { derivedId } from "../../kernel/id.ts";
import { roles } from "../../kernel/permission.ts";
import { registryName } from "../../kernel/registry.ts";
import { instant, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { declarationStatuses } from "../../storage/read/path-declarations.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { CUSTOM_ENTITY, CUSTOM_FIELD } from "./custom-field.kind.ts";
import { MAX_PATTERN_LENGTH } from "./pattern.rules.ts";

/** The name of a kind of record that has custom fields, as its domain's manifest declares. */
export type Entity = string;

/** The API's type names `picklist`, `checkbox` and `textarea` mean `choice`, `boolean` and `text`. */
export const types = [
  "text",
  "textarea",
  "number",
  "money",
  "date",
  "instant",
  "boolean",
  "checkbox",
  "choice",
  "picklist",
  "choices",
  "url",
  "email",
  "phone",
  "reference",
] as const;
export type Type = (typeof types)[number];

export const referencedKinds = ["user", "lead", "person", "customer", "contact", "opportunity"] as const;

export const entity = () => registryName("custom_fields");

const code = (description: string, maxLength: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[a-z][a-z0-9_]{0,${maxLength - 1}}$`),
      `Must be ${description}: a lower case letter, then letters, digits and _`,
    );

const optionCode = z.string().regex(/^[a-z0-9][a-z0-9_]{0,62}$/, "Must be a code: lower case letters, digits and _");

export const Option = z.object({
  code: z.string().describe("Cannot be changed, because records store it"),
  label: z.string(),
  is_retired: z.boolean().describe("No longer offered, but kept on records that have it"),
});
export type Option = z.output<typeof Option>;

const OptionInput = z.union(
  [name(100), z.strictObject({ code: optionCode.optional(), label: name(100), is_retired: z.boolean().optional() })],
  "Must be an option: a label, or {code, label}",
);
export type OptionInput = z.output<typeof OptionInput>;

const bound = z.union([z.number(), text(40)], "Must be a number, an amount, a date or a timestamp");
const length = (minimum: number) => z.number().int().min(minimum).max(10_000);

export const Validation = z.strictObject({
  min: bound.optional().describe("For number, money, date and instant, in the format of a value"),
  max: bound.optional(),
  min_length: length(1).optional().describe("For texts, in characters"),
  max_length: length(1).optional(),
  pattern: text(MAX_PATTERN_LENGTH)
    .min(1)
    .meta({ examples: ["^[A-Z]{2}-\\d+$"] })
    .optional()
    .describe("A regular expression that can be matched in linear time: without backreferences and lookaround"),
});

/** The fields of a definition that administrators write and may change. */
export const fields = {
  field_label: name(100).describe("Name shown to users"),
  field_type: oneOf(types),
  is_required: z.boolean().default(false),
  picklist_values: z
    .array(OptionInput)
    .max(200)
    .nullish()
    .describe("For choice, picklist and choices. An omitted option is retired: records keep it, but it can no longer be chosen"),
  default_value: z.json().nullish().describe("Value of a record that is created without one"),
  validation: Validation.nullish(),
  decimal_places: z.number().int().min(0).max(6).nullish().describe("For numbers; defaults to 2"),
  reference_kind: oneOf(referencedKinds).nullish().describe("For references: the kind of the referenced records"),
  sequence: z.number().int().min(0).max(100_000).default(100).describe("Order of display"),
  section: oneLine(100).nullish().describe("Heading under which the field is shown"),
  help_text: text(1000).nullish(),
  is_active: z
    .boolean()
    .default(true)
    .describe("An inactive field is hidden. Its values are kept, and are shown again when it is active"),
  is_filterable: z.boolean().default(false),
  is_sortable: z.boolean().default(false),
  visible_to: z.array(oneOf(roles)).max(roles.length).default([]).describe("Roles that can see the field; empty: all"),
  editable_by: z
    .array(oneOf(roles))
    .max(roles.length)
    .default([])
    .describe("Roles that can change the field, of those that see it; empty: all of them"),
};

/** The fields of a definition that cannot change after its creation. */
export const fixedFields = {
  entity_type: entity(),
  field_name: code("a field name", 63).meta({ examples: ["shoe_size"] }),
  is_unique: z
    .boolean()
    .default(false)
    .describe("Whether no two records can have the same value. Set only when the field is created"),
};

/** A meaning under which values may be stored. */
const FormerMeaning = z.object({ field_type: oneOf(types), picklist_values: z.array(Option).nullable() });

export const Stored = z.object({
  ...toStoredShape(fixedFields),
  ...toStoredShape(fields),
  picklist_values: z.array(Option).nullable(),
  revision: z.number().int().describe("Increases with each change that affects what is stored or how it is found"),
  former: z.array(FormerMeaning).describe("Former meanings of the field, the oldest first"),
  index_status: z
    .enum(declarationStatuses)
    .nullable()
    .describe("READY: lists support the field; before that, existing records are being processed"),
  records_done: z.number().int().describe("Records processed for the current status"),
  records_failed: z.number().int().describe("Records that could not be processed"),
  due_at: instant().nullable().describe("When processing continues; null if there is none"),
});

export type CustomFieldRecord = z.output<typeof Stored> & BaseRecord;

export const Definitions = new Collection<CustomFieldRecord>({
  kind: CUSTOM_FIELD,
  schema: Stored,
  personalData: { purpose: "Define fields of the tenant's own." },
  row: ["entity_type", "field_name", "field_label", "field_type", "is_active", "sequence"],
  indexes: { by_time: indexBy() },
  clocks: { work: ({ due_at }) => due_at },
});

/** The id of the owner of all definitions of an entity: they share a partition, so one strongly consistent read returns them all. */
export const entityId = (entity: Entity): string => derivedId(CUSTOM_ENTITY, 0, entity);
