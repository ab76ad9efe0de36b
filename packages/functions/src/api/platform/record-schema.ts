import { Choice, FieldInfo } from "@crm/core/kernel/field-info.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { registryName } from "@crm/core/kernel/registry.ts";
import * as z from "zod";
import { operation } from "../../http/operation.ts";

/** The description of each kind, from which clients build lists, forms and pages. derive/schema.ts makes it. */

export const SchemaField = FieldInfo.extend({
  required: z.boolean().describe("true: required to create a record"),
  custom: z
    .boolean()
    .describe("true: a custom field of the tenant, named `custom_fields.…`; requests and responses have it in `custom_fields`"),
  visible: z.boolean().describe("true: responses contain it"),
  read_only: z.boolean().describe("true: set by the system, or not writable for you"),
  creatable: z.boolean().describe("true: you may set it on a new record"),
  editable: z.boolean().describe("true: you may change it"),
}).meta({ id: "SchemaField" });

export const Filter = z.object({
  name: z.string(),
  field: z.string().optional().describe("Field that the filter applies to, which defines the possible values"),
  type: FieldInfo.shape.type,
  plain: z.boolean().describe("true: can be used as `name=value`"),
  operators: z.array(z.string()).describe("Operators that can be used as `name[operator]=value`"),
  choices: z.array(Choice).optional(),
  record: z.string().optional(),
  master: z.string().optional(),
});

const namedPathFields = {
  name: z.string(),
  label: z.string(),
  path: z.string().describe("Path with parameters in braces"),
};

export const Tab = z.object({ ...namedPathFields, answers: z.enum(["list", "record", "value", "file"]) });

export const Action = z.object({
  ...namedPathFields,
  help: z.string().optional(),
  method: z.enum(["POST", "PUT", "PATCH", "DELETE"]),
  on: z.enum(["record", "collection"]),
  fields: z.array(FieldInfo).describe("Fields of the request"),
});

export const KindInfo = z
  .object({
    kind: z.string(),
    path: z.string().describe("Path of the list; a single record is below it"),
    label: z.string().describe("Name of the kind in the singular"),
    labels: z.string().describe("Name of the kind in the plural"),
    icon: z.string().describe("Name of a Lucide icon"),
    title: z.string().describe("Template for the title of a record, with its fields in braces"),
    fields: z.array(SchemaField),
    any_of: z.array(z.array(z.string())).describe("Groups of fields; a new record needs at least one field of each group"),
    row: z.array(z.string()).describe("Fields shown in lists"),
    filters: z.array(Filter),
    sorts: z.array(z.string()),
    expand: z
      .array(z.object({ name: z.string(), field: z.string() }))
      .describe("Values of `expand` in addition to `labels`: names of referenced records"),
    tabs: z.array(Tab).describe("Data that belongs to a record, with paths below it"),
    actions: z.array(Action).describe("Other operations that you may call"),
    board: z
      .object({ field: z.string(), master: z.string() })
      .optional()
      .describe("The master data whose values a record passes through"),
    operations: z.array(
      z.enum(["list", "query", "create", "read", "replace", "update", "delete", "restore", "batch", "import", "export"]),
    ),
  })
  .meta({ id: "SchemaKind" });

export const Schema = z.object({ kinds: z.array(KindInfo) });

/** Seconds for which clients cache the answer: fields of a tenant and permissions of roles seldom change. */
const CACHE_SECONDS = 60;

export const schemaOperation = operation({
  name: "getSchema",
  method: "GET",
  path: "/schema",
  tag: "System",
  access: "signed_in",
  summary: "Describe the kinds of records, and what the caller may do with them",
  description:
    "Fields with types and choices, filters, sort orders, related data and permitted operations: enough for a client to generate its user interface.",
  verb: fn(
    z.strictObject({ kind: registryName("kinds").optional().describe("Only this kind. Default: all kinds") }),
    async ({ kind }) => (await import("../../derive/schema.ts")).buildSchema(kind),
  ),
  output: Schema,
  keeps: CACHE_SECONDS,
});
