import * as z from "zod";
import type { ErrorDetail } from "../../kernel/error.ts";
import { type Field, fieldLabel } from "../../kernel/field.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import { describeIssue } from "../../kernel/issue-message.ts";
import { date, email, instant, isMask } from "../../kernel/schema.ts";
import { compilePattern, InvalidPattern } from "../../platform/custom-field/pattern.rules.ts";
import { isPath } from "../../storage/read/path.rules.ts";

/**
 * The subset of JSON Schema in which a tenant describes the detail of a product line, and the validation of documents against it. Schemas
 * have no references, and publication limits the cost of validating a document.
 */

interface Annotations {
  title?: string | undefined;
  description?: string | undefined;
}

interface LeafBase<T> extends Annotations {
  enum?: T[] | undefined;
  const?: T | undefined;
  /** The value is stored encrypted and is masked for callers who may not see it. */
  "x-sealed"?: boolean | undefined;
}

export interface ObjectNode extends Annotations {
  type: "object";
  properties?: Record<string, Node> | undefined;
  required?: string[] | undefined;
  additionalProperties?: boolean | undefined;
}

interface ListNode extends Annotations {
  type: "array";
  items: Node;
  maxItems: number;
}

interface TextNode extends LeafBase<string> {
  type: "string";
  format?: "date" | "date-time" | "email" | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  pattern?: string | undefined;
}

interface NumberNode extends LeafBase<number> {
  type: "number" | "integer";
  minimum?: number | undefined;
  maximum?: number | undefined;
}

interface BooleanNode extends LeafBase<boolean> {
  type: "boolean";
}

type Node = ObjectNode | ListNode | TextNode | NumberNode | BooleanNode;
type Leaf = TextNode | NumberNode | BooleanNode;

const LIMITS = {
  properties: 200,
  choices: 200,
  items: 100,
  /** The most characters of a document that may be matched against patterns. */
  patternCharacters: 10_000,
};

const MAX_TEXT_LENGTH = 10_000;

/** Names without dots and brackets, so that paths are unambiguous. Names of inherited object properties are refused. */
const isPropertyName = (name: string): boolean => isPath(name) && !/[.[]/.test(name) && !(name in {}) && name.length <= 63;

const annotationShape = { title: z.string().max(100).optional(), description: z.string().max(1000).optional() };
const sealedShape = { "x-sealed": z.boolean().optional() };
const choices = <T extends z.ZodType>(value: T) => ({
  enum: z.array(value).min(1).max(LIMITS.choices).optional(),
  const: value.optional(),
});
const length = () => z.number().int().min(0).max(MAX_TEXT_LENGTH).optional();
const pattern = z.string().superRefine((source, { addIssue }) => {
  try {
    compilePattern(source);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    addIssue({ code: "custom", message: error.message });
  }
});

const TYPES = ["object", "array", "string", "number", "integer", "boolean"] as const;

const ChildNode: z.ZodType<Node> = z.lazy(() => Node);
const Properties = z.record(
  z.string().refine(isPropertyName, "Must be a name: letters, digits, _ and -, but no name that every object has"),
  ChildNode,
);

const Root = z.strictObject({
  type: z.literal("object"),
  ...annotationShape,
  properties: Properties.optional(),
  required: z.array(z.string()).max(LIMITS.properties).optional(),
  additionalProperties: z.boolean().optional(),
});

const Node = z.discriminatedUnion(
  "type",
  [
    Root,
    z.strictObject({
      type: z.literal("array"),
      ...annotationShape,
      items: ChildNode,
      maxItems: z.number().int().min(1).max(LIMITS.items),
    }),
    z.strictObject({
      type: z.literal("string"),
      ...annotationShape,
      ...sealedShape,
      ...choices(z.string().max(200)),
      format: z.enum(["date", "date-time", "email"]).optional(),
      minLength: length(),
      maxLength: length(),
      pattern: pattern.optional(),
    }),
    z.strictObject({
      type: z.enum(["number", "integer"]),
      ...annotationShape,
      ...sealedShape,
      ...choices(z.number()),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
    }),
    z.strictObject({ type: z.literal("boolean"), ...annotationShape, ...sealedShape, ...choices(z.boolean()) }),
  ],
  { error: `Required: type, one of ${TYPES.join(", ")}` },
);

const KEYWORDS = new Set(Node.options.flatMap(({ shape }) => Object.keys(shape)));

/** Lists all errors of a schema before it is published, with their paths. */
export function validateSchema(schema: unknown): ErrorDetail[] {
  const { data, error } = Root.safeParse(schema);
  if (!error) return validateStructure(data);
  const unknown = findUnknownKeywords(schema, []);
  const schemaErrors = toErrorDetails(error).filter(
    ({ field }) => !unknown.some((unknownKeyword) => unknownKeyword.field === field),
  );
  return [
    ...unknown,
    ...schemaErrors.map((detail) =>
      detail.message === "Unknown field" ? { ...detail, message: "Not allowed for this type" } : detail,
    ),
  ];
}

/** Lists unsupported keywords at every level of the schema. */
function findUnknownKeywords(node: unknown, path: readonly string[]): ErrorDetail[] {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return [];
  const { properties, items } = node as Record<string, unknown>;
  const below = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
  const buildMessage = (key: string): string =>
    `${key} is not supported: a schema must be self-contained and use only ${[...KEYWORDS].join(", ")}`;
  return [
    ...Object.keys(node).flatMap((key) =>
      KEYWORDS.has(key) ? [] : [{ field: [...path, key].join("."), message: buildMessage(key) }],
    ),
    ...below.flatMap(([name, property]) => findUnknownKeywords(property, [...path, "properties", name])),
    ...findUnknownKeywords(items, [...path, "items"]),
  ];
}

/**
 * Lists errors that concern more than one keyword: required names without a property, bounds in the wrong order, limits on the whole
 * schema.
 */
function validateStructure(root: ObjectNode): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  let [properties, patternCharacters] = [0, 0];
  const look = (node: Node, path: string, times: number): void => {
    const addDetail = (keyword: string, message: string) =>
      details.push({ field: path === "" ? keyword : `${path}.${keyword}`, message });
    if (node.type === "object") {
      const nodeProperties = node.properties ?? {};
      properties += Object.keys(nodeProperties).length;
      for (const name of node.required ?? [])
        if (!Object.hasOwn(nodeProperties, name)) addDetail("required", `${name.slice(0, 63)} is not one of the properties`);
      for (const [name, property] of Object.entries(nodeProperties))
        look(property, `${path === "" ? "" : `${path}.`}properties.${name}`, times);
    } else if (node.type === "array") look(node.items, `${path}.items`, times * node.maxItems);
    else if (node.type === "string") {
      if ((node.minLength ?? 0) > (node.maxLength ?? MAX_TEXT_LENGTH)) addDetail("maxLength", "Must not be less than minLength");
      if (node.pattern !== undefined && node.maxLength === undefined) addDetail("pattern", "Requires maxLength");
      if (node.pattern !== undefined) patternCharacters += (node.maxLength ?? 0) * times;
    } else if (node.type !== "boolean" && (node.minimum ?? Number.NEGATIVE_INFINITY) > (node.maximum ?? Number.POSITIVE_INFINITY))
      addDetail("maximum", "Must not be less than minimum");
  };
  look(root, "", 1);
  if (Object.hasOwn(root.properties ?? {}, "schema_version"))
    details.push({
      field: "properties.schema_version",
      message: "Reserved: in every document, this is the version of the schema",
    });
  if (properties > LIMITS.properties)
    details.push({ field: "", message: `The schema has ${properties} properties: at most ${LIMITS.properties} are allowed` });
  if (patternCharacters > LIMITS.patternCharacters)
    details.push({
      field: "",
      message: `Texts with a pattern have ${patternCharacters} characters in total (maxLength by maxItems): at most ${LIMITS.patternCharacters} are allowed`,
    });
  return details;
}

/** Lists the names of all properties, in lower case, with the path of each and whether it is marked as sealed. */
export function listPropertyNames(root: ObjectNode): { name: string; path: string; isSealed: boolean }[] {
  const look = (node: Node, path: string): ReturnType<typeof listPropertyNames> => {
    if (node.type === "array") return look(node.items, `${path}.items`);
    if (node.type !== "object") return [];
    return Object.entries(node.properties ?? {}).flatMap(([name, below]) => {
      const propertyPath = `${path === "" ? "" : `${path}.`}properties.${name}`;
      return [{ name: name.toLowerCase(), path: propertyPath, isSealed: isSealed(below) }, ...look(below, propertyPath)];
    });
  };
  return look(root, "");
}

/** Whether a value, or each element of a list, is marked as sealed. */
const isSealed = (node: Node): boolean =>
  node.type === "array" ? isSealed(node.items) : node.type !== "object" && node["x-sealed"] === true;

/**
 * Compiles the validator of documents, without `schema_version`. Sealed values may be masks. A value is sealed by its own mark or by its
 * name, which another version of the schema may have sealed.
 */
export const compileValidator = (root: ObjectNode, names: readonly string[]): z.ZodType =>
  compileObject(root, new Set(names), false);

function compileObject(
  { properties = {}, required = [], additionalProperties }: ObjectNode,
  names: ReadonlySet<string>,
  sealed: boolean,
) {
  const shape = Object.entries(properties).map(([name, below]) => {
    const value = compileNode(below, names, sealed || names.has(name.toLowerCase()));
    return [name, required.includes(name) ? value : value.nullish()] as const;
  });
  const fields = Object.fromEntries(shape);
  return additionalProperties === false ? z.strictObject(fields) : z.object(fields).catchall(z.json());
}

function compileNode(node: Node, names: ReadonlySet<string>, sealed: boolean): z.ZodType {
  if (node.type === "object") return compileObject(node, names, sealed);
  if (node.type === "array")
    return z.array(compileNode(node.items, names, sealed)).max(node.maxItems, `Must have at most ${node.maxItems} items`);
  return sealed || node["x-sealed"] ? allowMask(compileLeaf(node)) : compileLeaf(node);
}

function compileLeaf(node: Leaf): z.ZodType {
  const allowedValues: readonly unknown[] | undefined = node.const === undefined ? node.enum : [node.const];
  const value = node.type === "string" ? compileText(node) : node.type === "boolean" ? z.boolean() : compileNumber(node);
  return allowedValues
    ? value.refine((input) => allowedValues.includes(input), `Must be one of ${allowedValues.slice(0, 20).join(", ")}`)
    : value;
}

const formats = { date, "date-time": instant, email: () => email() };

function compileText({ format, minLength = 0, maxLength = MAX_TEXT_LENGTH, pattern }: TextNode): z.ZodType {
  const characters = (text: unknown): number => [...String(text)].length;
  const schema = (format === undefined ? z.string() : formats[format]())
    .refine((text) => characters(text) >= minLength, `Must have at least ${minLength} characters`)
    .refine((text) => characters(text) <= maxLength, { error: `Must have at most ${maxLength} characters`, abort: true });
  if (pattern === undefined) return schema;
  const compiledPattern = compilePattern(pattern);
  return schema.refine((text) => compiledPattern.matches(String(text)), `Must match the pattern ${pattern}`);
}

function compileNumber({ type, minimum, maximum }: NumberNode): z.ZodType {
  let value = type === "integer" ? z.number().int() : z.number();
  if (minimum !== undefined) value = value.min(minimum, `Must be at least ${minimum}`);
  if (maximum !== undefined) value = value.max(maximum, `Must be at most ${maximum}`);
  return value;
}

const allowMask = (value: z.ZodType): z.ZodType =>
  z.unknown().transform((input, { addIssue }) => {
    if (isMask(input)) return input;
    const { data, error } = value.safeParse(input);
    for (const issue of error?.issues ?? [])
      addIssue({ code: "custom", message: input === undefined ? "Required" : describeIssue(issue) });
    return data;
  });

/** Lists the values of a document that can be columns of a file, by their path in the document. */
export function listColumnFields(root: ObjectNode): Omit<Field, "required">[] {
  const look = (node: Node, path: string, label: string): Omit<Field, "required">[] => {
    const title = node.title ?? label;
    // A list of objects does not fit into a cell. It is exported with the whole document.
    if (node.type === "array" && node.items.type !== "string") return [];
    if (node.type !== "object" || !node.properties) return [{ name: path, label: title, ...fieldType(node) }];
    return Object.entries(node.properties).flatMap(([name, below]) =>
      look(
        below,
        path === "" ? name : `${path}.${name}`,
        path === "" ? fieldLabel(name) : `${title} ${fieldLabel(name).toLowerCase()}`,
      ),
    );
  };
  return root.properties ? look({ ...root, title: undefined }, "", "") : [];
}

function fieldType(node: Node): Pick<Field, "type" | "values"> {
  if (node.type === "object") return { type: "json" };
  if (node.type === "array") return { type: "choices" };
  if (node.type !== "string") return { type: node.type };
  if (node.enum) return { type: "choice", values: node.enum };
  if (node.format === "date-time") return { type: "instant" };
  return { type: node.format ?? "text" };
}
