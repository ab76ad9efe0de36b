import { createHash } from "node:crypto";
import jsonata from "jsonata";
import type { Json } from "../../kernel/json.ts";
import { EXPRESSION } from "./asl.ts";
import { FlowError } from "./flow-error.ts";

/** What `$states` and variables are while a field is computed. */
export interface Scope {
  readonly states: {
    readonly input: Json;
    readonly result?: Json;
    readonly errorOutput?: Json;
    readonly context: Json;
  };
  readonly variables: Readonly<Record<string, Json>>;
  /** Milliseconds since the epoch, of `$now` and `$millis`. */
  readonly at: number;
  /** Chance of this field: the same fraction (0 to 1, exclusive) in the same order, however often it is computed. */
  readonly random: () => number;
}

/** Milliseconds and depth at which an expression without end is given up. */
const LIMITS = { timeout: 5000, stack: 500 };

/** Of definitions that have been run here; there are as many as these have. */
const compiledExpressions = new Map<string, jsonata.Expression>();

function compile(text: string): jsonata.Expression {
  const known = compiledExpressions.get(text);
  if (known) return known;
  const expression = jsonata(EXPRESSION.exec(text)?.[1] ?? "", LIMITS);
  compiledExpressions.set(text, expression);
  return expression;
}

/** Why an expression cannot be computed here or on AWS, whatever it is given. */
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

/** The value of a field: each text `{% … %}` in it is computed, everything else stays. */
export async function evaluateTemplate(template: Json, scope: Scope, field: string): Promise<Json> {
  if (typeof template === "string") return EXPRESSION.test(template) ? evaluateExpression(template, scope, field) : template;
  if (typeof template !== "object" || template === null) return template;
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, each] of template.entries()) items.push(await evaluateTemplate(each, scope, `${field}[${index}]`));
    return items;
  }
  const entries: [string, Json][] = [];
  for (const [key, each] of Object.entries(template)) entries.push([key, await evaluateTemplate(each, scope, `${field}.${key}`)]);
  return Object.fromEntries(entries);
}

async function evaluateExpression(text: string, scope: Scope, field: string): Promise<Json> {
  let value: unknown;
  try {
    value = await compile(text).evaluate(undefined, { ...buildFunctions(scope), ...scope.variables, states: scope.states });
  } catch (error) {
    throw evaluationError(text, field, errorMessage(error));
  }
  if (value === undefined) throw evaluationError(text, field, "it gives nothing");
  // Sequences of the language are arrays with marks of their own, and functions are no values.
  const written = isFunction(value) ? undefined : JSON.stringify(value, (_, each) => (isFunction(each) ? undefined : each));
  if (written === undefined) throw evaluationError(text, field, "it gives a function");
  return JSON.parse(written) as Json;
}

const isFunction = (value: unknown): boolean =>
  typeof value === "function" ||
  (typeof value === "object" && value !== null && ("_jsonata_lambda" in value || "_jsonata_function" in value));

const evaluationError = (text: string, field: string, why: string): FlowError =>
  new FlowError("States.QueryEvaluationError", `The expression '${text}' of the field '${field}' cannot be computed: ${why}`);

/** The language throws plain objects. */
const errorMessage = (error: unknown): string => String((error as { message?: unknown }).message ?? error);

/** What Step Functions adds to the language, and what has to do with time and chance, which come from outside. */
const buildFunctions = ({ at, random: chance }: Scope) => ({
  millis: () => at,
  now: (picture?: string, zone?: string) => formatMillis.evaluate(undefined, { at, picture, zone }),
  random: (seed?: number) => (seed === undefined ? chance() : pseudoRandom(String(seed))),
  uuid: () => uuid(chance),
  parse: (text?: string) => (text === undefined ? undefined : (JSON.parse(text) as unknown)),
  hash: (text: string, algorithm: string) => hash(text, algorithm),
  partition: (array: readonly unknown[] | undefined, size: number) => partition(array, size),
  range: (from: number, to: number, step: number) => range(from, to, step),
});

const formatMillis = jsonata("$fromMillis($at, $picture, $zone)");

/** A number from 0 to 1, exclusive, that looks like chance and is the same for the same text. */
export const pseudoRandom = (text: string): number => createHash("sha256").update(text).digest().readUIntBE(0, 6) / 2 ** 48;

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

function hash(text: string, algorithm: string): string {
  const known = ALGORITHMS[algorithm];
  if (!known) throw new Error(`$hash knows ${Object.keys(ALGORITHMS).join(", ")}`);
  return createHash(known).update(text, "utf8").digest("hex");
}

function uuid(chance: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(chance() * 16).toString(16));
  hex[12] = "4";
  hex[16] = "89ab"[Math.floor(chance() * 4)] ?? "8";
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function partition(array: readonly unknown[] | undefined, size: number): unknown[][] | undefined {
  if (array === undefined) return undefined;
  if (!Number.isInteger(size) || size < 1) throw new Error("The second argument of $partition is a whole number from 1");
  return Array.from({ length: Math.ceil(array.length / size) }, (_, at) => array.slice(at * size, (at + 1) * size));
}

/** As many as Step Functions takes. */
const MAX_RANGE_LENGTH = 1000;

/** From one number to another, which is the last where the steps meet it. */
function range(from: number, to: number, step: number): number[] {
  if (!step) throw new Error("The third argument of $range is not 0");
  const length = Math.max(0, Math.floor((to - from) / step) + 1);
  if (length > MAX_RANGE_LENGTH) throw new Error(`$range gives at most ${MAX_RANGE_LENGTH} numbers`);
  return Array.from({ length }, (_, at) => from + at * step);
}
