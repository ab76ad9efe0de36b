/** Reads the JSON Schema of workflows (`GET /workflows/schema`): which steps and triggers there are, and the inputs of each. Pure. */

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly "x-record"?: string;
}

/** How an input is shown. Those that their JSON Schema does not tell apart have a name in `namedTypes`. */
type InputType =
  | "action"
  | "activity_field"
  | "approver"
  | "boolean"
  | "choice"
  | "conditions"
  | "duration"
  | "event"
  | "events"
  | "fields"
  | "date_field"
  | "kind"
  | "number"
  | "people"
  | "record"
  | "schedule"
  | "signed_duration"
  | "target"
  | "text"
  | "texts"
  | "user"
  | "date"
  | "values";

export interface SchemaInput {
  readonly name: string;
  readonly type: InputType;
  readonly isRequired: boolean;
  readonly help?: string;
  readonly default?: unknown;
  readonly choices?: readonly string[];
  /** The kind of the record that the value names. */
  readonly record?: string;
  readonly maxLength?: number;
  readonly isLong?: boolean;
}

/** Inputs with a meaning that their JSON Schema does not have. */
const namedTypes: Readonly<Record<string, InputType>> = {
  set: "values",
  where: "conditions",
  until_where: "conditions",
  target: "target",
  owner: "user",
  assign_to: "user",
  until: "date",
  action: "action",
  kind: "kind",
  event: "event",
  until_event: "event",
  events: "events",
  fields: "fields",
  date_field: "date_field",
  cron: "schedule",
};

const namedRecords: Readonly<Record<string, string>> = {
  segment_id: "segment",
  list_id: "contact_list",
  campaign_id: "campaign",
};
/** Fields of activities, with their choices. */
const activityFields: ReadonlySet<string> = new Set(["activity_type_id", "priority_id"]);

/** Parts of a step that the page shows elsewhere: its id, its kind, and the steps inside. */
const PLACED_ELSEWHERE: ReadonlySet<string> = new Set(["id", "do", "on", "cases", "else", "ways", "rejected"]);

/** A text that has room for more than a line. */
const MIN_LONG = 300;

const DURATION = "(m|h|d|w)";

const isStepList = ({ type, items }: JsonSchema): boolean => type === "array" && items?.$ref !== undefined;

function readType(name: string, schema: JsonSchema): InputType | undefined {
  if (isStepList(schema)) return undefined;
  if (name === "to" && schema.type === "array") return "people";
  if (name === "to" && schema.anyOf) return "approver";
  if (namedTypes[name]) return namedTypes[name];
  if (activityFields.has(name)) return "activity_field";
  if (namedRecords[name] || schema["x-record"] !== undefined) return "record";
  if (schema.enum) return "choice";
  if (schema.pattern?.includes(DURATION)) return schema.pattern.includes("+-") ? "signed_duration" : "duration";
  if (schema.type === "boolean") return "boolean";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "array") return "texts";
  return schema.type === "string" ? "text" : undefined;
}

/** Lists the inputs of an object, those that it must have first. */
export function listSchemaInputs({ properties = {}, required = [] }: JsonSchema): SchemaInput[] {
  const inputs = Object.entries(properties).flatMap(([name, schema]): SchemaInput[] => {
    const type = PLACED_ELSEWHERE.has(name) ? undefined : readType(name, schema);
    if (type === undefined) return [];
    const record = namedRecords[name] ?? schema["x-record"];
    return [
      {
        name,
        type,
        isRequired: required.includes(name),
        ...(schema.description === undefined ? {} : { help: schema.description }),
        ...(schema.default === undefined ? {} : { default: schema.default }),
        ...(schema.enum ? { choices: schema.enum.map(String) } : {}),
        ...(record === undefined ? {} : { record }),
        ...(schema.maxLength === undefined ? {} : { maxLength: schema.maxLength }),
        ...(type === "text" && (schema.maxLength ?? 0) >= MIN_LONG && (schema.maxLength ?? 0) < 2000 ? { isLong: true } : {}),
      },
    ];
  });
  return [...inputs.filter(({ isRequired }) => isRequired), ...inputs.filter(({ isRequired }) => !isRequired)];
}

/** Returns the alternatives of a schema, also those inside of alternatives. */
function listVariants(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const resolved = schema.$ref === undefined ? schema : (root.$defs?.[schema.$ref.replace("#/$defs/", "")] ?? {});
  const inner = resolved.anyOf ?? resolved.oneOf;
  return inner ? inner.flatMap((part) => listVariants(part, root)) : [resolved];
}

const indexVariants = (schema: JsonSchema | undefined, root: JsonSchema, name: string): Map<string, JsonSchema> =>
  new Map(
    (schema ? listVariants(schema, root) : []).flatMap((variant) => {
      const key = variant.properties?.[name]?.const;
      return typeof key === "string" ? [[key, variant] as const] : [];
    }),
  );

/** Returns the schema of each kind of step, by what it does. */
export const readStepSchemas = (root: JsonSchema): Map<string, JsonSchema> =>
  indexVariants(root.properties?.steps?.items, root, "do");

/** Returns the schema of each kind of trigger. */
export const readTriggerSchemas = (root: JsonSchema): Map<string, JsonSchema> =>
  indexVariants(root.properties?.trigger, root, "on");
