import { hasPermission, useActorId, useContext, useRequest } from "@crm/core/kernel/context.ts";
import { collectDetails, Failure, forbidden, httpStatusByCode, invalid, notFound } from "@crm/core/kernel/error.ts";
import type { Verb } from "@crm/core/kernel/fn.ts";
import { RateLimit } from "@crm/core/platform/auth/rate-limit.ts";
import { BatchRequest, type CompletedItem, type ItemOutcome } from "@crm/core/storage/write/batch-request.ts";
import { Upsert, type UpsertMatch, type UpsertMatching } from "@crm/core/storage/write/upsert.ts";
import { buildErrorBody } from "../../http/error-body.ts";
import { isAboutPath, pickInputFields } from "../../http/request.ts";
import {
  type BATCH_OPERATIONS,
  type BatchDeclaration,
  type BatchInput,
  type BatchResults,
  type Verbs,
  verbShape,
} from "./batch-operation.ts";

/** What a batch does with its items. */

type ItemResult = BatchResults["results"][number];
type JsonObject = Record<string, unknown>;

export async function runBatch<N extends string, P extends string, D extends Verbs>(
  declared: BatchDeclaration<N, P, D>,
  { operation, match_on, atomic, items, ...parameters }: BatchInput,
): Promise<BatchResults> {
  if (operation === "delete" && !hasPermission(declared.remove)) throw forbidden("Your role does not allow this");
  if (operation !== "upsert" && match_on !== undefined) throw invalid("match_on", "Only for an upsert");
  const matched =
    operation === "upsert" ? await resolveMatchField(match_on, await declared.domain.matching?.(parameters)) : undefined;
  const ways = { ...declared, parameters, matched };
  const verb = createItemVerb(operation, ways);
  await BatchRequest.requireUnanswered();
  await takeRateLimit(items.length, operation === "create" || operation === "upsert");
  const lanes = await Promise.all(items.map((item, index) => orderingKeyFor(operation, ways, item, index)));
  if (atomic) {
    const sameIn = (one: number, other: number) => (lanes[one] === lanes[other] ? matchFieldName(ways) : undefined);
    return BatchRequest.runAtomically(items, verb, sameIn, (done) => ({ results: done.map(createResultMapper(items)) }));
  }
  const outcomes = await BatchRequest.runIndependently(items, lanes, verb);
  return { results: outcomes.map(createResultMapper(items)) };
}

/** Each item weighs as a request of its own does. */
async function takeRateLimit(count: number, isMaking: boolean): Promise<void> {
  const { settings, limits, request } = useContext();
  request.quota = await RateLimit.take(useActorId(), settings.rate_limit_per_minute, count - 1);
  if (isMaking && limits) await RateLimit.take("records", limits.records_per_minute, count);
}

const createResultMapper =
  (items: readonly unknown[]) =>
  (outcome: ItemOutcome, index: number): ItemResult => {
    if (!(outcome instanceof Failure)) return { index, ...outcome };
    const { id } = isObject(items[index]) ? items[index] : {};
    const error = buildErrorBody(outcome, MAX_ITEM_ERROR);
    return { index, id: typeof id === "string" ? id.slice(0, 64) : null, status: httpStatusByCode[outcome.code], error };
  };

/** Of an item's faults so much is told: five hundred of them have to find room in an answer. */
const MAX_ITEM_ERROR = { details: 20, bytes: 6 * 1024 };

const isObject = (item: unknown): item is JsonObject => typeof item === "object" && item !== null && !Array.isArray(item);

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";

/** By what an item of an upsert finds the record that it changes; by its id where nothing else is said. */
interface MatchField extends Pick<UpsertMatching, "item"> {
  field: string;
  match: UpsertMatch | undefined;
}

async function resolveMatchField(named: string | undefined, matching: UpsertMatching | undefined): Promise<MatchField> {
  const known: Readonly<Record<string, UpsertMatch>> = matching?.fields ?? {};
  const names = ["id", ...Object.keys(known)];
  if (named === undefined || !names.includes(named)) throw invalid("match_on", `One of ${names.join(", ")}`);
  return { field: named, match: known[named], ...(matching?.item ? { item: matching.item } : {}) };
}

type BatchContext = Pick<BatchDeclaration<string, string, Verbs>, "path" | "domain" | "output"> & {
  parameters: JsonObject;
  matched: MatchField | undefined;
};

/** What is done with one item: the input of a request of its own, to the verb of that request. */
function createItemVerb(
  operation: (typeof BATCH_OPERATIONS)[number],
  ways: BatchContext,
): (item: unknown) => Promise<CompletedItem> {
  const verbs = { create, update: changeWith("update"), delete: changeWith("remove"), upsert };
  return async (item) => {
    if (!isObject(item)) throw invalid("", "An item is a JSON object");
    return verbs[operation](ways, item);
  };
}

const create = (ways: BatchContext, item: JsonObject): Promise<CompletedItem> =>
  BatchRequest.runItem(
    () => callVerb(ways, ways.domain.create, {}, item),
    () => 201,
  );

const changeWith = (name: "update" | "remove") => async (ways: BatchContext, item: JsonObject) => {
  if (isMissing(item.id)) throw invalid("id", "Required");
  return BatchRequest.runItem(
    () => changeRecord(ways, ways.domain[name], item.id, item),
    () => 200,
  );
};

async function upsert(ways: BatchContext, given: JsonObject): Promise<CompletedItem> {
  const { field, match, item: own } = ways.matched as MatchField;
  const item = own?.parse ? own.parse(given) : given;
  const value = valueAt(item, field);
  const make = (): Promise<WrittenRecord> =>
    own ? own.create(pickInputFields(ways, item, own.schema.shape)) : callVerb(ways, ways.domain.create, {}, item);
  const update = (id: string): Promise<WrittenRecord> => {
    expectVersion(id, item);
    return own
      ? own.update(id, pickInputFields(ways, item, own.schema.shape))
      : changeRecord(ways, ways.domain.update, id, pickUpdateFields(ways, item));
  };
  if (isMissing(value)) {
    if (match && !match.isSystemAssigned) throw invalid(field, "Required: items are matched on it");
    return Upsert.createItem(make);
  }
  if (!match)
    return BatchRequest.runItem(
      () => update(String(value)),
      () => 200,
    );
  return Upsert.upsert([ways.path, field], match, value, { create: make, update });
}

type WrittenRecord = { id: string };

/** Asks a verb as a request would; an id that cannot be one names nothing. */
async function callVerb(
  { path, output, parameters }: BatchContext,
  verb: Verb,
  target: { id?: unknown },
  item: JsonObject,
): Promise<WrittenRecord> {
  const whole = "id" in target ? `${path}/{id}` : path;
  try {
    return (await verb({
      ...pickInputFields({ path: whole, output }, item, verbShape(verb)),
      ...parameters,
      ...target,
    })) as WrittenRecord;
  } catch (error) {
    throw isAboutPath({ path: whole }, error) ? notFound() : error;
  }
}

async function changeRecord(ways: BatchContext, verb: Verb, id: unknown, item: JsonObject): Promise<WrittenRecord> {
  expectVersion(String(id), item);
  return callVerb(ways, verb, { id }, item);
}

/** The version of an item is its If-Match. */
function expectVersion(id: string, { version, ...input }: JsonObject): void {
  if (isMissing(version)) return;
  if (!Number.isSafeInteger(version)) throw invalid("version", "A whole number: the version of the record that is meant");
  useRequest().precondition = { id, versions: [version as number], input };
}

/** What only a new record is told says nothing to one that is there. */
const pickUpdateFields = ({ domain }: BatchContext, item: JsonObject): JsonObject => {
  const [known, all] = [verbShape(domain.update), verbShape(domain.create)];
  return Object.fromEntries(Object.entries(item).filter(([field]) => Object.hasOwn(known, field) || !Object.hasOwn(all, field)));
};

/** The value at a path: `custom_fields.badge`. */
const valueAt = (item: JsonObject, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), item);

/** The field by which items say which record they are about. */
const matchFieldName = ({ matched }: BatchContext): string => matched?.field ?? "id";

/** Items about the same record go one after another, also where they write its name in another way: the last one wins. */
async function orderingKeyFor(operation: string, ways: BatchContext, item: unknown, index: number): Promise<string> {
  const own = `item ${index}`;
  if (operation === "create" || !isObject(item)) return own;
  const { match, item: { parse: read } = {} } = ways.matched ?? {};
  // What is wrong with it is said by its verb.
  const value = await collectDetails([], (async () => valueAt(read ? read(item) : item, matchFieldName(ways)))(), undefined);
  if (isMissing(value)) return own;
  return JSON.stringify(
    typeof value === "string" && match?.normalize ? await match.normalize(value) : String(value).trim().toLowerCase(),
  );
}
