import * as z from "zod";
import { joinHelp, readCreateHelp } from "./create-help.ts";
import { isOneLine } from "./schema.ts";

/**
 * The types of fields, shared by forms, imports, exports and custom fields. They are read from the schema of a domain, so that a field is
 * declared once.
 */
export const fieldTypes = [
  "text",
  "integer",
  "number",
  "money",
  "date",
  "instant",
  "boolean",
  "choice",
  "choices",
  "url",
  "email",
  "phone",
  "reference",
  "master",
  "json",
] as const;
export type FieldType = (typeof fieldTypes)[number];

/** How clients show and enter a value, where its type does not say so. */
export const fieldFormats = [
  "long_text",
  "markdown",
  "html",
  "tags",
  "exact",
  "percent",
  "bytes",
  "seconds",
  "minutes",
  "hours",
  "days",
  "months",
  "time",
  "month",
  "color",
  "country",
  "currency",
  "language",
  "time_zone",
  "secret",
  "conditions",
] as const;
export type FieldFormat = (typeof fieldFormats)[number];

export interface Field {
  /** The name in input and responses. */
  name: string;
  type: FieldType;
  /** The label for people; derived from the name by default. */
  label: string;
  required: boolean;
  help?: string;
  /** For `choice` and `choices`: the allowed values. */
  values?: readonly string[];
  /** For `reference`: the kind of record. */
  record?: string;
  /** For `master`: the kind of master data. */
  master?: string;
  /** For `text`: the value is one line. */
  isOneLine?: boolean;
  /** For `instant`: a cell with a day and no time means the last millisecond of the day, because the record ends then. */
  endsWithDay?: boolean;
  /** What people call the field, in several languages. */
  labels?: readonly string[];
  /** Other headers under which files have this field, in any language; compared folded. */
  synonyms?: readonly string[];
}

type JsonObject = Record<string, unknown>;
type SchemaDirection = "input" | "output";

/** Lists the fields of an input shape, in its order. */
export function listFields(shape: Record<string, z.ZodType>, io: SchemaDirection = "input"): Field[] {
  return Object.entries(shape).map(([name, schema]) => {
    const required = !schema.safeParse(undefined).success;
    const help = joinHelp(schema.description, readCreateHelp(schema));
    return {
      name,
      label: fieldLabel(name),
      required,
      ...(help === undefined ? {} : { help }),
      ...(isOneLine(schema) ? { isOneLine: true } : {}),
      ...describeSchema(schema, io),
    };
  });
}

export const resolveFieldType = (schema: z.ZodType): FieldType => describeSchema(schema).type;

/** Lists the words that a schema takes, if it takes a fixed set. */
export const listEnumValues = (schema: z.ZodType): readonly string[] => describeSchema(schema).values ?? [];

/** Labels of fields whose name is not what people call them. */
const LABELS: Readonly<Record<string, string>> = {
  personal_key_id: "Person",
  pdf: "PDF",
  rma_code: "RMA code",
  is_vip: "VIP",
  is_sla_paused: "SLA paused",
  is_sla_violated: "SLA violated",
  is_opt_in_required: "Opt-in required",
  is_preorder: "Pre-order",
  ab_test: "A/B test",
  ab_test_id: "A/B test",
  ab_tests: "A/B tests",
  ab_phase: "Phase of the A/B test",
  ab_variant: "Variant of the A/B test",
  tests: "Tested part",
  roi: "ROI",
  channel_ids: "Channels",
  other_cost: "Other costs",
  date_time_start: "Start",
  date_time_end: "End",
  space_order: "Place on the board",
  total_member: "Number of members",
  total_task: "Number of tasks",
  total_task_completed: "Completed tasks",
  total_minutes: "Time spent (minutes)",
  after_sales_figures: "Returns",
  min_amount: "Minimum amount",
  offset_days: "Days after the start",
  start_datetime: "Start time",
  end_datetime: "End time",
  reminder_datetime: "Reminder time",
  completed_datetime: "Completion time",
  call_recording_url: "Call recording",
  address_line1: "Address line 1",
  address_line2: "Address line 2",
  customer_id_crm: "Customer",
  section_ids: "Sections",
  exclude_segment_ids: "Exclude segments",
  file_url: "File link",
  platform_profile_url: "Profile link",
  adds_utm: "Add UTM parameters to links",
  converted_day: "Conversion date",
  id_batch: "Re-engagement batch",
  makes_lead: "Create a lead",
  qualified_day: "Qualification date",
  answered_day: "Answer date",
  resolved_day: "Resolution date",
  completed_day: "Completion date",
  churned_day: "Churn date",
  created_day: "Create date",
  judged_day: "Evaluation date",
  lead_created_day: "Lead create date",
  person_sight: "Person visibility",
  least_score: "Minimum score",
  told_on: "Notified on",
  passed_over: "Skipped",
  allowed_origins: "Allowed websites",
  redirect_url: "Redirect to",
  submit_label: "Button text",
  thank_you_text: "Thank-you message",
  assigns_by_rule: "Assign by rules",
  confirms_by_mail: "Double opt-in",
};

/** Derives a label from a name: `lead_source_id` becomes `Lead source`, and `is_primary` becomes `Primary`. */
export const fieldLabel = (name: string): string => {
  if (Object.hasOwn(LABELS, name)) return String(LABELS[name]);
  const words = name.replace(/^is_|_id$/g, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Returns what clients call one record of a kind: its declared label, or else its name in words. */
export const kindLabel = ({ name, display }: { readonly name: string; readonly display?: { readonly label?: string } }): string =>
  display?.label ?? fieldLabel(name);

interface FieldDescription extends Pick<Field, "type" | "values" | "record" | "master"> {
  format?: FieldFormat;
  /** For money in a fixed currency. */
  currency?: string;
  /** For the id of a part of the record: the field with the list of the parts. */
  item_of?: string;
}

interface FieldMetadata {
  "x-format"?: FieldFormat;
  "x-currency"?: string;
  "x-item-of"?: string;
}

/**
 * Describes a field by reading the Zod schema itself. Its JSON Schema would take a hundred times as long, and lists describe every field as
 * they load.
 */
export function describeSchema(schema: z.ZodType, io: SchemaDirection = "input"): FieldDescription {
  const metadata: JsonObject = {};
  const description = describeType(schema, io, metadata);
  const { "x-format": format, "x-currency": currency, "x-item-of": item_of } = metadata as FieldMetadata;
  return { ...description, ...(format ? { format } : {}), ...(currency ? { currency } : {}), ...(item_of ? { item_of } : {}) };
}

/** Describes the type of a schema, and collects the metadata of the schema and of those inside it. */
function describeType(schema: z.ZodType, io: SchemaDirection, metadata: JsonObject): FieldDescription {
  for (let inner: z.ZodType | undefined = schema; inner; inner = findInnerSchema(inner, io)) {
    // Metadata of an outer schema takes precedence.
    Object.assign(metadata, { ...inner.meta(), ...metadata });
    const { type, format } = inner._zod.def as { type: string; format?: string };
    if (metadata["x-master"]) return { type: "master", master: String(metadata["x-master"]) };
    if (metadata["x-record"]) return { type: "reference", record: String(metadata["x-record"]) };
    if (inner instanceof z.ZodEnum) return { type: "choice", values: inner.options.map(String) };
    if (inner instanceof z.ZodArray) return { ...describeElement(inner.element as z.ZodType), type: "choices" };
    const plain = typesByDefinition[type];
    if (plain) return { type: inner instanceof z.ZodNumber && inner.isInt ? "integer" : plain };
    if (type !== "string") continue;
    const formatType = typesByFormat[String(metadata.format ?? format)];
    return { type: formatType ?? (metadata["x-type"] as FieldType | undefined) ?? "text" };
  }
  return { type: (metadata["x-type"] as FieldType | undefined) ?? "text" };
}

/** Returns the kind of master data of a list's elements, if they are master data. */
function describeElement(element: z.ZodType): Pick<FieldDescription, "master"> {
  const { master } = describeSchema(element);
  return master === undefined ? {} : { master };
}

const typesByDefinition: Readonly<Record<string, FieldType>> = {
  number: "number",
  boolean: "boolean",
  object: "json",
  record: "json",
};

const typesByFormat: Readonly<Record<string, FieldType>> = {
  date: "date",
  "date-time": "instant",
  datetime: "instant",
  email: "email",
};

/** Returns the schema inside a nullable, default, transform, or union with one alternative that is not null. */
function findInnerSchema(schema: z.ZodType, io: SchemaDirection): z.ZodType | undefined {
  const def = schema._zod.def as { innerType?: z.ZodType; in?: z.ZodType; out?: z.ZodType; options?: readonly z.ZodType[] };
  if (def.options) {
    const values = def.options.filter(({ _zod }) => _zod.def.type !== "null");
    return values.length === 1 ? values[0] : undefined;
  }
  if (def.innerType) return def.innerType;
  const isRead = io === "output" ? def.out?._zod.def.type !== "transform" : def.in?._zod.def.type === "transform";
  return isRead ? def.out : def.in;
}
