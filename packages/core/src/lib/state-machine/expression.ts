import { createHash } from "node:crypto";
import jsonata from "jsonata";
import type { Json } from "../../kernel/json.ts";
import { EXPRESSION } from "./asl.ts";
import { FlowError } from "./flow-error.ts";

/** The values of `$states` and of variables while a field is evaluated. */
export interface Scope {
  readonly states: {
    readonly input: Json;
    readonly result?: Json;
    readonly errorOutput?: Json;
    readonly context: Json;
  };
  readonly variables: Readonly<Record<string, Json>>;
  /** The time of `$now` and `$millis`, in milliseconds since the epoch. */
  readonly time: number;
  /** Returns the next random fraction (0 to 1, exclusive); the sequence is the same whenever the same execution is replayed. */
  readonly random: () => number;
}

/** Milliseconds and recursion depth after which an expression is aborted. */
const LIMITS = { timeout: 5000, stack: 500 };

/** Compiled expressions. The definitions that ran in this process bound the size of this map. */
const compiledExpressions = new Map<string, jsonata.Expression>();

function compile(text: string): jsonata.Expression {
  const cachedExpression = compiledExpressions.get(text);
  if (cachedExpression) return cachedExpression;
  const expression = jsonata(EXPRESSION.exec(text)?.[1] ?? "", LIMITS);
  compiledExpressions.set(text, expression);
  return expression;
}

/** Returns why an expression cannot run here or on AWS with any input; undefined if it can. */
export function findExpressionFault(text: string): string | undefined {
  try {
    return usesEval(compile(text).ast()) ? "Step Functions has no $eval: use $parse." : undefined;
  } catch (error) {
    return `${errorMessage(error)}.`;
  }
}

const usesEval = (node: unknown): boolean =>
  typeof node === "object" &&
  node !== null &&
  ((node as { type?: unknown; value?: unknown }).type === "variable" && (node as { value?: unknown }).value === "eval"
    ? true
    : Object.values(node).some(usesEval));

/** Returns the value of a field: each text `{% … %}` in it is evaluated, everything else stays. */
export async function evaluateTemplate(template: Json, scope: Scope, field: string): Promise<Json> {
  if (typeof template === "string") return EXPRESSION.test(template) ? evaluateExpression(template, scope, field) : template;
  if (typeof template !== "object" || template === null) return template;
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) items.push(await evaluateTemplate(item, scope, `${field}[${index}]`));
    return items;
  }
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(template))
    entries.push([key, await evaluateTemplate(value, scope, `${field}.${key}`)]);
  return Object.fromEntries(entries);
}

async function evaluateExpression(text: string, scope: Scope, field: string): Promise<Json> {
  let value: unknown;
  try {
    value = await compile(text).evaluate(undefined, { ...buildFunctions(scope), ...scope.variables, states: scope.states });
  } catch (error) {
    throw evaluationError(text, field, errorMessage(error));
  }
  if (value === undefined) throw evaluationError(text, field, "it returns no value");
  // JSONata sequences are arrays with extra properties, and functions are not values, so the value is converted to plain JSON.
  const json = isFunction(value)
    ? undefined
    : JSON.stringify(value, (_, nestedValue) => (isFunction(nestedValue) ? undefined : nestedValue));
  if (json === undefined) throw evaluationError(text, field, "it returns a function");
  return JSON.parse(json) as Json;
}

/** Tells functions from data, which can have the same fields as a function of JSONata but never holds code. */
function isFunction(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "function";
  const { implementation, environment } = value as { implementation?: unknown; environment?: { lookup?: unknown } | null };
  return typeof implementation === "function" || typeof environment?.lookup === "function";
}

const evaluationError = (text: string, field: string, why: string): FlowError =>
  new FlowError("States.QueryEvaluationError", `Expression '${text}' in field '${field}' cannot be evaluated: ${why}`);

/** JSONata throws plain objects. */
const errorMessage = (error: unknown): string => String((error as { message?: unknown }).message ?? error);

/** Returns the functions that Step Functions adds to JSONata, and those for time and random numbers, which must be reproducible. */
const buildFunctions = ({ time, random }: Scope) => ({
  millis: () => time,
  now: (picture?: string, zone?: string) => formatMillis.evaluate(undefined, { at: time, picture, zone }),
  random: (seed?: number) => (seed === undefined ? random() : pseudoRandom(String(seed))),
  uuid: () => uuid(random),
  parse: (text?: string) => (text === undefined ? undefined : (JSON.parse(text) as unknown)),
  hash: (text: string, algorithm: string) => hash(text, algorithm),
  partition: (array: readonly unknown[] | undefined, size: number) => partition(array, size),
  range: (from: number, to: number, step: number) => range(from, to, step),
});

const formatMillis = jsonata("$fromMillis($at, $picture, $zone)");

/** Returns a number from 0 to 1, exclusive, that looks random and is the same for the same text. */
export const pseudoRandom = (text: string): number => createHash("sha256").update(text).digest().readUIntBE(0, 6) / 2 ** 48;

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

function hash(text: string, algorithm: string): string {
  const digestName = ALGORITHMS[algorithm];
  if (!digestName) throw new Error(`$hash supports only ${Object.keys(ALGORITHMS).join(", ")}`);
  return createHash(digestName).update(text, "utf8").digest("hex");
}

function uuid(chance: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(chance() * 16).toString(16));
  hex[12] = "4";
  hex[16] = "89ab"[Math.floor(chance() * 4)] ?? "8";
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function partition(array: readonly unknown[] | undefined, size: number): unknown[][] | undefined {
  if (array === undefined) return undefined;
  if (!Number.isInteger(size) || size < 1)
    throw new Error("The second argument of $partition must be a whole number of at least 1");
  return Array.from({ length: Math.ceil(array.length / size) }, (_, index) => array.slice(index * size, (index + 1) * size));
}

/** The maximum in Step Functions. */
const MAX_RANGE_LENGTH = 1000;

/** Returns the numbers from one to another, which is included if a step reaches it. */
function range(from: number, to: number, step: number): number[] {
  if (!step) throw new Error("The third argument of $range must not be 0");
  const length = Math.max(0, Math.floor((to - from) / step) + 1);
  if (length > MAX_RANGE_LENGTH) throw new Error(`$range returns at most ${MAX_RANGE_LENGTH} numbers`);
  return Array.from({ length }, (_, index) => from + index * step);
}
