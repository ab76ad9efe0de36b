import { invalid } from "@crm/core/kernel/error.ts";
import { Choice, FieldInfo } from "@crm/core/kernel/field-info.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { menuGroups } from "@crm/core/kernel/id.ts";
import { registryName } from "@crm/core/kernel/registry.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { operation } from "../../http/operation.ts";

/** The description of each kind, from which clients build lists, forms and pages. derive/schema.ts makes it. */

/** A condition on a record in the grammar of `where`, such as `{"status": {"in": ["DRAFT"]}}`. Master data is named by code. */
const PlainCondition = z.record(z.string(), z.record(z.string(), z.json())).meta({ id: "SchemaConditions" });
/** One that must hold for each field, or alternatives below `or`. */
const Condition = z.union([z.strictObject({ or: z.array(PlainCondition) }).meta({ id: "SchemaAlternatives" }), PlainCondition]);

export const SchemaField = FieldInfo.extend({
  required: z.boolean().describe("true: required to create a record"),
  custom: z
    .boolean()
    .describe("true: a custom field of the tenant, named `custom_fields.…`; requests and responses have it in `custom_fields`"),
  visible: z.boolean().describe("true: responses contain it"),
  read_only: z.boolean().describe("true: set by the system, or not writable for you"),
  creatable: z.boolean().describe("true: you may set it on a new record"),
  editable: z.boolean().describe("true: you may change it"),
  columns: z.array(z.string()).optional().describe("For a list of objects: the fields that clients show as columns"),
  visible_when: Condition.optional().describe("Clients show the field only for records that fulfil this"),
  required_when: Condition.optional().describe("Clients require the field for records that fulfil this"),
}).meta({ id: "SchemaField" });

export const Filter = z.object({
  name: z.string(),
  field: z.string().optional().describe("Field that the filter applies to, which defines the possible values"),
  type: FieldInfo.shape.type,
  plain: z.boolean().describe("true: can be used as `name=value`"),
  operators: z.array(z.string()).describe("Operators that can be used as `name[operator]=value`"),
  indexed: z.literal(true).optional().describe("An index serves it by `eq` and `in`, so the list reads only records that match"),
  choices: z.array(Choice).optional(),
  record: z.string().optional(),
  master: z.string().optional(),
});

const namedPathFields = {
  name: z.string(),
  label: z.string(),
  path: z.string().describe("Path with fields of the record in braces"),
};

export const Tab = z.object({
  ...namedPathFields,
  answers: z.enum(["list", "record", "value", "file"]),
  kind: z.string().optional().describe("For a list of records of another kind: the kind"),
  fields: z.array(FieldInfo).optional().describe("Fields of an entry that clients show; records also have their titles"),
});

const recordTemplate = z.record(z.string(), z.string()).describe("`{id}` stands for the id of the record");

export const Related = z.object({
  name: z.string(),
  label: z.string(),
  kind: z.string().describe("Kind of the related records"),
  field: z.string().describe("Field of the related records that names the record"),
  filter: recordTemplate.meta({ description: "Filter of their list; `{id}` stands for the id of the record" }),
  preset: recordTemplate.optional().meta({ description: "Values of a new related record, if it can be created with them" }),
  card: z.array(FieldInfo).describe("Fields of a related record that clients show below its title"),
});

export const Board = z.object({
  field: z.string().describe("Field whose values are the columns"),
  master: z.string().describe("Kind of master data; empty: the columns are the choices of the field"),
  moves: z
    .array(z.object({ to: z.string().optional(), action: z.string() }))
    .describe("Operations that move a record: to the column `to`, or to any column with the field as input"),
  sum: z.string().optional().describe("Money that columns sum"),
  currency_field: z.string().optional(),
  exits: z.array(z.string()).describe("Columns of records that ended without success, such as lost and rejected"),
  open: PlainCondition.optional().describe(
    "Condition of the records whose value of the field counts. Boards, and lists with a filter on the field, leave out the others unless a filter names a field of the condition",
  ),
  place: z
    .string()
    .optional()
    .describe("Operation that puts a record between two others of a column, by `after_id` and `before_id`"),
});

export const Calendar = z.object({
  start: z.string(),
  end: z.string().optional(),
  path: z
    .string()
    .optional()
    .describe("List of the entries of a period, by `from`, `to` and `owner`; without it, the list of the kind"),
});

const Timeline = z.object({
  start: z.string(),
  end: z.string(),
  progress: z.string().optional().describe("The done share of a record, in percent"),
  ended: z
    .array(z.string())
    .optional()
    .describe("Values of the field of the board of records that are over. Clients leave these records out at first"),
});

const LayoutSection = z.object({
  name: z.string(),
  label: z.string(),
  fields: z.array(z.string()),
  folded: z
    .boolean()
    .optional()
    .describe("Whether the fields are those that the layout of the tenant leaves out. Clients show them on demand"),
});

const fieldNames = z.array(z.string());
export const LayoutParts = z.object({
  sections: z.array(LayoutSection).describe("Groups of fields on the page of a record and in its form"),
  primary: fieldNames.describe("Fields of the short form that creates a record: at most seven"),
  columns: fieldNames.describe("Columns of a list whose view names none"),
  card: fieldNames.describe("Fields of a card, below its title"),
  tabs: fieldNames.describe("Lists beside a record, by the names of `tabs` and `related`"),
});

const ActionField = FieldInfo.extend({
  first: z.boolean().optional().describe("true: clients show it with the required inputs"),
  visible_when: Condition.optional().describe("Clients show the input only if the record and the other inputs fulfil this"),
  required_when: Condition.optional().describe("Clients require the input if the record and the other inputs fulfil this"),
}).meta({ id: "SchemaActionField" });

export const Action = z.object({
  ...namedPathFields,
  title: z.string().optional().describe("Title of the dialog: a verb and its object. Without it, clients shorten the label"),
  help: z.string().optional().describe("Effect of the action, for the person who runs it"),
  done: z.string().optional().describe("Message after the action, with the title of the record as `{record}`"),
  method: z.enum(["POST", "PUT", "PATCH", "DELETE"]),
  on: z.enum(["record", "collection"]),
  icon: z.string().describe("Name of a Lucide icon"),
  primary: z.boolean().describe("true: the action that clients show first"),
  danger: z.boolean().describe("true: it ends or removes something"),
  confirm: z.boolean().describe("true: clients ask before they call it"),
  preset: z
    .record(z.string(), z.string())
    .optional()
    .describe("Suggested values of inputs; `{balance}` stands for a field of the record"),
  enabled_when: Condition.optional().describe("The action applies to records that fulfil this; the server decides"),
  preview: z
    .object({
      method: z.enum(["GET", "POST"]),
      path: z.string().describe("Path with fields of the record in braces"),
      fields: z.array(FieldInfo).describe("Fields of its answer that clients show"),
    })
    .optional()
    .describe("A request that says what the action will do, and changes nothing"),
  answer: z
    .array(FieldInfo)
    .optional()
    .describe("Fields of the answer that clients show after the action, because no page has them"),
  fields: z.array(ActionField).describe("Fields of the request that people fill in"),
});

const operationNames = z.array(
  z.enum(["list", "query", "create", "read", "replace", "update", "delete", "restore", "batch", "import", "export", "bulk"]),
);
const menuGroup = z.enum(menuGroups).nullable().describe("Group of the menu; null: the kind is not in the menu");

export const KindInfo = z
  .object({
    kind: z.string(),
    path: z.string().describe("Path of the list; a single record is below it"),
    label: z.string().describe("Name of the kind in the singular"),
    labels: z.string().describe("Name of the kind in the plural"),
    icon: z.string().describe("Name of a Lucide icon"),
    menu: menuGroup,
    title: z.string().describe("Template for the title of a record, with its fields in braces"),
    fields: z.array(SchemaField),
    any_of: z.array(z.array(z.string())).describe("Groups of fields; a new record needs at least one field of each group"),
    row: z
      .array(z.string())
      .describe(
        "Fields that rows of lists have. With `custom_fields`, rows have those that `fields` names, by `custom_fields.name`",
      ),
    filters: z.array(Filter),
    sorts: z.array(z.string()),
    indexed_sorts: z
      .array(z.string())
      .describe("Orders that work for any number of records; the others sort up to 1,000. `updated_at` needs `updated_at[gte]`"),
    expand: z
      .array(z.object({ name: z.string(), field: z.string() }))
      .describe(
        "Values of `expand` in addition to `labels`: names of referenced records, each with its key in `expanded`; and `next_activity`",
      ),
    tabs: z.array(Tab).describe("Data that belongs to a record, with the id of the record in their paths"),
    actions: z.array(Action).describe("Other operations that you may call"),
    related: z.array(Related).describe("Records of other kinds that name a record"),
    board: Board.optional(),
    calendar: Calendar.optional().describe("Fields with the start and the end of a record"),
    timeline: Timeline.optional().describe("Fields by which a record is a bar on a line of time"),
    layout: LayoutParts,
    operations: operationNames,
  })
  .meta({ id: "SchemaKind" });

export const Schema = z.object({ kinds: z.array(KindInfo) });

export const KindSummary = z
  .object({
    ...KindInfo.pick({ kind: true, path: true, label: true, labels: true, icon: true, menu: true, title: true }).shape,
    operations: operationNames,
  })
  .meta({ id: "SchemaKindSummary" });

export const SchemaIndex = z.object({ kinds: z.array(KindSummary) });

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
    z.strictObject({
      kind: registryName("kinds").optional().describe("Only this kind. Default: all kinds"),
      path: z
        .string()
        .max(500)
        .optional()
        .describe("Only the kind below whose path this is: `/api/v1/leads/led_1` is of leads. None if there is no such kind"),
      part: oneOf(["names"])
        .optional()
        .describe("`names`: the fields have their names, formats and fixed choices, and all other lists are empty. Default: all"),
    }),
    async (input) => {
      if (input.path !== undefined && input.kind !== undefined) throw invalid("path", "Send kind or path, not both");
      return (await import("../../derive/schema.ts")).buildSchema(input);
    },
  ),
  output: Schema,
  inBatch: true,
  keeps: CACHE_SECONDS,
});

export const schemaIndexOperation = operation({
  name: "getSchemaIndex",
  method: "GET",
  path: "/schema/index",
  tag: "System",
  access: "signed_in",
  summary: "List the kinds of records that the caller may use",
  description: "Names, icons and permitted operations, for menus and links. `GET /schema?kind=` describes one kind.",
  verb: fn(z.strictObject({}), async () => (await import("../../derive/schema.ts")).buildSchemaIndex()),
  output: SchemaIndex,
  inBatch: true,
  keeps: CACHE_SECONDS,
});
