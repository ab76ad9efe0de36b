import { RateLimit } from "@crm/core/auth/rate-limit.ts";
import { may, useActorId, useContext, useRequest } from "@crm/core/kernel/context.ts";
import { Failure, forbidden, invalid, notFound, statusOf } from "@crm/core/kernel/error.ts";
import { fn, type Verb } from "@crm/core/kernel/fn.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { type Done, Many, type Outcome } from "@crm/core/storage/write/many.ts";
import { type Match, type Matching, Upsert } from "@crm/core/storage/write/upsert.ts";
import * as z from "zod";
import { type Operation, operation, parametersOf } from "../http/operation.ts";
import { refusalOf } from "../http/refusal.ts";
import { fieldsOf, isAboutPath } from "../http/request.ts";
import { words } from "./words.ts";

/** Many records of a kind in one request, by the verbs that make, change and delete one. */

const MOST_ITEMS = 500;
const operations = ["create", "update", "upsert", "delete"] as const;

const Asked = {
  operation: oneOf(operations),
  match_on: z
    .string()
    .max(100)
    .optional()
    .describe("Of an upsert: by what an item finds the record that it changes, such as `id`"),
  atomic: z
    .boolean()
    .default(false)
    .describe("All or none, in one transaction of 100 actions: then one item that is refused is a 422 for the whole"),
  items: z
    .array(z.unknown())
    .min(1)
    .max(MOST_ITEMS)
    .describe("What requests of their own would say. To change or delete: with `id`, and perhaps the `version` that is meant"),
};

export const Results = z
  .object({
    results: z.array(
      z.object({
        index: z.number().int(),
        id: z.string().nullable(),
        status: z.number().int().describe("As of a request of its own: 201 made, 200 changed or deleted"),
        error: z
          .object({
            code: z.string(),
            message: z.string(),
            details: z.array(z.object({ field: z.string(), message: z.string() })).readonly(),
          })
          .optional(),
      }),
    ),
  })
  .meta({ id: "BatchResults" });

export type BatchResults = z.output<typeof Results>;
type Result = BatchResults["results"][number];
type Json = Record<string, unknown>;

interface Batched<N extends string, P extends string, D extends Verbs> {
  plural: N;
  path: P;
  tag: string;
  write: Permission;
  remove: Permission;
  domain: D;
  output: Operation["output"];
  keyspaces: readonly Keyspace[];
}

type Verbs = { create: Verb; update: Verb; remove: Verb; matching?: () => Promise<Matching> };

/** Parameters of a path, by name. */
type Parameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & Parameters<Rest>
  : unknown;

type Input<P extends string> = z.input<z.ZodObject<typeof Asked>> & Parameters<P>;

export function batch<const N extends string, const P extends string, D extends Verbs>(declared: Batched<N, P, D>) {
  const { plural, path, tag, write, domain, keyspaces } = declared;
  const inPath = Object.fromEntries(parametersOf(path).map((name) => [name, asTyped(shapeOf(domain.create)[name] as z.ZodType)]));
  const schema = z.strictObject({ ...Asked, ...inPath }) as z.ZodType as z.ZodType<z.output<z.ZodObject<typeof Asked>>, Input<P>>;
  return operation({
    name: `batch${plural}` as `batch${N}`,
    method: "POST",
    path: `${path}/batch` as `${P}/batch`,
    tag,
    access: write,
    summary: `Create, change or delete many ${words(plural)}`,
    description:
      "Each item goes as in a request of its own, and has a result of its own; each counts as a request against the limits. " +
      "Repeated under its Idempotency-Key, also after it broke off, it does nothing twice.",
    verb: fn(schema, (input) => batched(declared, input)),
    output: Results,
    keyspaces,
  });
}

/** What passes a schema, as it was typed: each item's own verb reads it. */
const asTyped = (schema: z.ZodType) =>
  z.string().refine((value) => schema.safeParse(value).success, "There is none of this name");

async function batched<N extends string, P extends string, D extends Verbs>(
  declared: Batched<N, P, D>,
  { operation, match_on, atomic, items, ...parameters }: z.output<z.ZodObject<typeof Asked>>,
): Promise<BatchResults> {
  if (operation === "delete" && !may(declared.remove)) throw forbidden("Your role does not allow this");
  if (operation !== "upsert" && match_on !== undefined) throw invalid("match_on", "Only for an upsert");
  const matched = operation === "upsert" ? await matchedOn(match_on, await declared.domain.matching?.()) : undefined;
  const ways = { ...declared, parameters, matched };
  const verb = verbOf(operation, ways);
  await Many.requireUnanswered();
  await weigh(items.length, operation === "create" || operation === "upsert");
  if (atomic) return Many.together(items, verb, (done) => ({ results: done.map(resultOf(items)) }));
  const outcomes = await Many.oneByOne(items, laneOf(operation, ways), verb);
  return { results: outcomes.map(resultOf(items)) };
}

/** Each item weighs as a request of its own does. */
async function weigh(count: number, isMaking: boolean): Promise<void> {
  const { settings, limits, request } = useContext();
  request.quota = await RateLimit.take(useActorId(), settings.rate_limit_per_minute, count - 1);
  if (isMaking && limits) await RateLimit.take("records", limits.records_per_minute, count);
}

const resultOf =
  (items: readonly unknown[]) =>
  (outcome: Outcome, index: number): Result => {
    if (!(outcome instanceof Failure)) return { index, ...outcome };
    const { id } = isObject(items[index]) ? items[index] : {};
    const error = refusalOf(outcome, MOST_OF_ITEM);
    return { index, id: typeof id === "string" ? id.slice(0, 64) : null, status: statusOf[outcome.code], error };
  };

/** Of an item's faults so much is told: five hundred of them have to find room in an answer. */
const MOST_OF_ITEM = { details: 20, bytes: 6 * 1024 };

const isObject = (item: unknown): item is Json => typeof item === "object" && item !== null && !Array.isArray(item);

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";

/** By what an item of an upsert finds the record that it changes; by its id where nothing else is said. */
interface Matched extends Pick<Matching, "item"> {
  field: string;
  match: Match | undefined;
}

async function matchedOn(named: string | undefined, matching: Matching | undefined): Promise<Matched> {
  const known: Readonly<Record<string, Match>> = matching?.on ?? {};
  const names = ["id", ...Object.keys(known)];
  if (named === undefined || !names.includes(named)) throw invalid("match_on", `One of ${names.join(", ")}`);
  return { field: named, match: known[named], ...(matching?.item ? { item: matching.item } : {}) };
}

type Ways = Pick<Batched<string, string, Verbs>, "path" | "domain" | "output"> & {
  parameters: Json;
  matched: Matched | undefined;
};

/** What is done with one item: the input of a request of its own, to the verb of that request. */
function verbOf(operation: (typeof operations)[number], ways: Ways): (item: unknown) => Promise<Done> {
  const verbs = { create, update: changing("update"), delete: changing("remove"), upsert };
  return async (item) => {
    if (!isObject(item)) throw invalid("", "An item is a JSON object");
    return verbs[operation](ways, item);
  };
}

const create = (ways: Ways, item: Json): Promise<Done> =>
  Many.told(
    () => ask(ways, ways.domain.create, {}, item),
    () => 201,
  );

const changing = (name: "update" | "remove") => async (ways: Ways, item: Json) => {
  if (isMissing(item.id)) throw invalid("id", "Required");
  return Many.told(
    () => change(ways, ways.domain[name], item.id, item),
    () => 200,
  );
};

async function upsert(ways: Ways, given: Json): Promise<Done> {
  const { field, match, item: own } = ways.matched as Matched;
  const item = own?.read ? own.read(given) : given;
  const value = valueAt(item, field);
  const make = (): Promise<Made> =>
    own ? own.create(fieldsOf(ways, item, own.schema.shape)) : ask(ways, ways.domain.create, {}, item);
  const update = (id: string): Promise<Made> => {
    expectVersion(id, item);
    return own
      ? own.update(id, fieldsOf(ways, item, own.schema.shape))
      : change(ways, ways.domain.update, id, onlyKnown(ways, item));
  };
  if (isMissing(value)) {
    if (match && !match.isGiven) throw invalid(field, "Required: items are matched on it");
    return Upsert.made(make);
  }
  if (!match)
    return Many.told(
      () => update(String(value)),
      () => 200,
    );
  return Upsert.upsert([ways.path, field], match, value, { create: make, update });
}

type Made = { id: string };

const shapeOf = ({ schema }: Verb): z.ZodRawShape => (schema as z.ZodObject).shape;

/** Asks a verb as a request would; an id that cannot be one names nothing. */
async function ask({ path, output, parameters }: Ways, verb: Verb, target: { id?: unknown }, item: Json): Promise<Made> {
  const whole = "id" in target ? `${path}/{id}` : path;
  try {
    return (await verb({ ...fieldsOf({ path: whole, output }, item, shapeOf(verb)), ...parameters, ...target })) as Made;
  } catch (error) {
    throw isAboutPath({ path: whole }, error) ? notFound() : error;
  }
}

async function change(ways: Ways, verb: Verb, id: unknown, item: Json): Promise<Made> {
  expectVersion(String(id), item);
  return ask(ways, verb, { id }, item);
}

/** The version of an item is its If-Match. */
function expectVersion(id: string, { version, ...input }: Json): void {
  if (isMissing(version)) return;
  if (!Number.isSafeInteger(version)) throw invalid("version", "A whole number: the version of the record that is meant");
  useRequest().precondition = { id, versions: [version as number], input };
}

/** What only a new record is told says nothing to one that is there. */
const onlyKnown = ({ domain }: Ways, item: Json): Json => {
  const [known, all] = [shapeOf(domain.update), shapeOf(domain.create)];
  return Object.fromEntries(Object.entries(item).filter(([field]) => Object.hasOwn(known, field) || !Object.hasOwn(all, field)));
};

/** The value at a path: `custom_fields.badge`. */
const valueAt = (item: Json, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), item);

/** Items about the same record go one after another: the last one wins. */
function laneOf(operation: string, { matched }: Ways): (item: unknown, index: number) => string {
  const field = matched?.field ?? "id";
  return (item, index) => {
    const named = operation === "create" || !isObject(item) ? undefined : valueAt(item, field);
    return isMissing(named) ? `item ${index}` : JSON.stringify(named).toLowerCase();
  };
}
