import { Choice, FieldInfo } from "@crm/core/kernel/field-info.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { registryName } from "@crm/core/kernel/registry.ts";
import * as z from "zod";
import { operation } from "../../http/operation.ts";

/** The description of each kind, from which clients build lists, forms and pages. derive/schema.ts makes it. */

export const SchemaField = FieldInfo.extend({
  required: z.boolean().describe("Whether a create must give it"),
  custom: z.boolean().describe("One of the tenant's own, named `custom_fields.…`: inputs and answers have it in `custom_fields`"),
  visible: z.boolean().describe("Whether answers have it"),
  read_only: z.boolean().describe("Set by the system, or not by you"),
  creatable: z.boolean().describe("Whether you may give it to a new record"),
  editable: z.boolean().describe("Whether you may change it"),
}).meta({ id: "SchemaField" });

export const Filter = z.object({
  name: z.string(),
  field: z.string().optional().describe("The field that it asks for, and that says which values there are"),
  type: FieldInfo.shape.type,
  plain: z.boolean().describe("Whether it is asked as `name=value`"),
  operators: z.array(z.string()).describe("By which it is asked as `name[operator]=value`"),
  choices: z.array(Choice).optional(),
  record: z.string().optional(),
  master: z.string().optional(),
});

const namedPathFields = {
  name: z.string(),
  label: z.string(),
  path: z.string().describe("With parameters in braces"),
};

export const Tab = z.object({ ...namedPathFields, answers: z.enum(["list", "record", "value", "file"]) });

export const Action = z.object({
  ...namedPathFields,
  help: z.string().optional(),
  method: z.enum(["POST", "PUT", "PATCH", "DELETE"]),
  on: z.enum(["record", "collection"]),
  fields: z.array(FieldInfo).describe("What it takes"),
});

export const KindInfo = z
  .object({
    kind: z.string(),
    path: z.string().describe("Where records are listed, and below it where one is read"),
    label: z.string().describe("What one is called"),
    labels: z.string().describe("What several are called"),
    icon: z.string().describe("The name of an icon of Lucide"),
    title: z.string().describe("What a record is called, with its fields in braces"),
    fields: z.array(SchemaField),
    any_of: z.array(z.array(z.string())).describe("Groups of fields, of each of which a create must give one"),
    row: z.array(z.string()).describe("The fields that lists show"),
    filters: z.array(Filter),
    sorts: z.array(z.string()),
    expand: z
      .array(z.object({ name: z.string(), field: z.string() }))
      .describe("What `expand` takes beside `labels`: names of records that fields name"),
    tabs: z.array(Tab).describe("What belongs to a record, and is read below it"),
    actions: z.array(Action).describe("What else you may do"),
    board: z
      .object({ field: z.string(), master: z.string() })
      .optional()
      .describe("What a record goes through, value by value of the master data"),
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
  summary: "Describe the kinds of record, as you may use them",
  description:
    "Fields with their types and choices, filters, orders, what belongs to a record, and what you may do: enough for a client to build itself.",
  verb: fn(
    z.strictObject({ kind: registryName("kinds").optional().describe("This one alone; all of them unless told otherwise") }),
    async ({ kind }) => (await import("../../derive/schema.ts")).buildSchema(kind),
  ),
  output: Schema,
  keeps: CACHE_SECONDS,
});
