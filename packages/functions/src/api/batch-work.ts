import { RateLimit } from "@crm/core/auth/rate-limit.ts";
import { may, useActorId, useContext, useRequest } from "@crm/core/kernel/context.ts";
import { Failure, forbidden, gathered, invalid, notFound, statusOf } from "@crm/core/kernel/error.ts";
import type { Verb } from "@crm/core/kernel/fn.ts";
import { type Done, Many, type Outcome } from "@crm/core/storage/write/many.ts";
import { type Match, type Matching, Upsert } from "@crm/core/storage/write/upsert.ts";
import { refusalOf } from "../http/refusal.ts";
import { fieldsOf, isAboutPath } from "../http/request.ts";
import { type BatchAsked, type Batched, type BatchResults, type operations, shapeOf, type Verbs } from "./batches.ts";

/** What a batch does with its items. */

type Result = BatchResults["results"][number];
type Json = Record<string, unknown>;

export async function batched<N extends string, P extends string, D extends Verbs>(
  declared: Batched<N, P, D>,
  { operation, match_on, atomic, items, ...parameters }: BatchAsked,
): Promise<BatchResults> {
  if (operation === "delete" && !may(declared.remove)) throw forbidden("Your role does not allow this");
  if (operation !== "upsert" && match_on !== undefined) throw invalid("match_on", "Only for an upsert");
  const matched = operation === "upsert" ? await matchedOn(match_on, await declared.domain.matching?.(parameters)) : undefined;
  const ways = { ...declared, parameters, matched };
  const verb = verbOf(operation, ways);
  await Many.requireUnanswered();
  await weigh(items.length, operation === "create" || operation === "upsert");
  const lanes = await Promise.all(items.map((item, index) => laneOf(operation, ways, item, index)));
  if (atomic) {
    const sameIn = (one: number, other: number) => (lanes[one] === lanes[other] ? namedBy(ways) : undefined);
    return Many.together(items, verb, sameIn, (done) => ({ results: done.map(resultOf(items)) }));
  }
  const outcomes = await Many.oneByOne(items, lanes, verb);
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

/** The field by which items say which record they are about. */
const namedBy = ({ matched }: Ways): string => matched?.field ?? "id";

/** Items about the same record go one after another, also where they write its name in another way: the last one wins. */
async function laneOf(operation: string, ways: Ways, item: unknown, index: number): Promise<string> {
  const own = `item ${index}`;
  if (operation === "create" || !isObject(item)) return own;
  const { match, item: { read } = {} } = ways.matched ?? {};
  // What is wrong with it is said by its verb.
  const value = await gathered([], (async () => valueAt(read ? read(item) : item, namedBy(ways)))(), undefined);
  if (isMissing(value)) return own;
  return JSON.stringify(typeof value === "string" && match?.same ? await match.same(value) : String(value).trim().toLowerCase());
}
