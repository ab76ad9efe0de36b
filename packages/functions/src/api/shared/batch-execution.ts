import { hasPermission, useActorId, useContext, useRequest } from "@crm/core/kernel/context.ts";
import { collectDetails, Failure, forbidden, httpStatusByCode, invalid, notFound } from "@crm/core/kernel/error.ts";
import type { Verb } from "@crm/core/kernel/fn.ts";
import { isJsonObject } from "@crm/core/kernel/json.ts";
import type { Translate } from "@crm/core/lib/i18n/message-translator.ts";
import { RateLimit } from "@crm/core/platform/auth/rate-limit.ts";
import { presentAnswer } from "@crm/core/storage/read/answer-presenter.ts";
import { BatchRequest, type CompletedItem, type ItemOutcome } from "@crm/core/storage/write/batch-request.ts";
import { Upsert, type UpsertMatch, type UpsertMatching } from "@crm/core/storage/write/upsert.ts";
import * as z from "zod";
import { buildErrorBody } from "../../http/error-body.ts";
import { loadErrorLanguage } from "../../http/error-language.ts";
import { isAboutPath, renameFields, splitFields } from "../../http/request.ts";
import {
  type BATCH_OPERATIONS,
  type BatchDeclaration,
  type BatchInput,
  type BatchResults,
  type Verbs,
  verbShape,
} from "./batch-operation.ts";

/** Runs the items of a batch. */

type ItemResult = BatchResults["results"][number];
type JsonObject = Record<string, unknown>;

export async function runBatch<N extends string, P extends string, D extends Verbs>(
  declared: BatchDeclaration<N, P, D>,
  { operation, match_on, atomic, items, ...parameters }: BatchInput,
): Promise<BatchResults> {
  if (operation === "delete" && !hasPermission(declared.remove)) throw forbidden("Your role does not allow this");
  if (operation !== "upsert" && match_on !== undefined) throw invalid("match_on", "Only allowed for an upsert");
  const matchField =
    operation === "upsert" ? await resolveMatchField(match_on, await declared.domain.matching?.(parameters)) : undefined;
  const itemOptions = { ...declared, parameters, matchField };
  const verb = createItemVerb(operation, itemOptions);
  await BatchRequest.requireUnanswered();
  await takeRateLimit(items.length, operation === "create" || operation === "upsert");
  const lanes = await Promise.all(items.map((item, index) => orderingKeyFor(operation, itemOptions, item, index)));
  if (atomic) {
    const sameIn = (leftIndex: number, rightIndex: number) =>
      lanes[leftIndex] === lanes[rightIndex] ? matchFieldName(itemOptions) : undefined;
    return BatchRequest.runAtomically(items, verb, sameIn, (done) => ({
      results: done.map((item, index) => ({ index, ...item })),
    }));
  }
  const outcomes = await BatchRequest.runIndependently(items, lanes, verb);
  const hasFailed = outcomes.some((outcome) => outcome instanceof Failure);
  const { translate } = await loadErrorLanguage(hasFailed ? useRequest().languages : undefined);
  return { results: outcomes.map(createResultMapper(items, translate)) };
}

/** Each item counts against the rate limits like a request of its own. */
async function takeRateLimit(count: number, isMaking: boolean): Promise<void> {
  const { settings, limits, request } = useContext();
  request.quota = await RateLimit.take(useActorId(), settings.rate_limit_per_minute, count - 1);
  if (isMaking && limits) await RateLimit.take("records", limits.records_per_minute, count);
}

const createResultMapper =
  (items: readonly unknown[], translate: Translate) =>
  (outcome: ItemOutcome, index: number): ItemResult => {
    if (!(outcome instanceof Failure)) return { index, ...outcome };
    const { id } = isJsonObject(items[index]) ? items[index] : {};
    const error = buildErrorBody(outcome, translate, MAX_ITEM_ERROR);
    return { index, id: typeof id === "string" ? id.slice(0, 64) : null, status: httpStatusByCode[outcome.code], error };
  };

/** Limits of the error of one item: 500 of them must fit into an answer. */
const MAX_ITEM_ERROR = { details: 20, bytes: 6 * 1024 };

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";

/** The field by which an item of an upsert finds the record to change. `match` is undefined for `id`. */
interface MatchField extends Pick<UpsertMatching, "item"> {
  field: string;
  match: UpsertMatch | undefined;
}

async function resolveMatchField(matchOn: string | undefined, matching: UpsertMatching | undefined): Promise<MatchField> {
  const matchByField: Readonly<Record<string, UpsertMatch>> = matching?.fields ?? {};
  const names = ["id", ...Object.keys(matchByField)];
  if (matchOn === undefined || !names.includes(matchOn)) throw invalid("match_on", `Must be one of ${names.join(", ")}`);
  return { field: matchOn, match: matchByField[matchOn], ...(matching?.item ? { item: matching.item } : {}) };
}

type BatchContext = Pick<BatchDeclaration<string, string, Verbs>, "path" | "domain" | "output" | "otherNames"> & {
  parameters: JsonObject;
  matchField: MatchField | undefined;
};

/** Returns the function that processes one item: it calls the verb that a single request would call. */
function createItemVerb(
  operation: (typeof BATCH_OPERATIONS)[number],
  context: BatchContext,
): (item: unknown) => Promise<CompletedItem> {
  const verbs = { create, update: changeWith("update"), delete: changeWith("remove"), upsert };
  const { domain, output, otherNames = {} } = context;
  const naming = {
    otherNames,
    inputShape: { ...verbShape(domain.create), ...verbShape(domain.update) },
    outputShape: output instanceof z.ZodObject ? output.shape : {},
  };
  return async (item) => {
    if (!isJsonObject(item)) throw invalid("", "Each item must be a JSON object");
    return verbs[operation](context, renameFields(naming, item));
  };
}

const create = (context: BatchContext, item: JsonObject): Promise<CompletedItem> =>
  BatchRequest.runItem(
    () => callVerb(context, context.domain.create, {}, item),
    () => 201,
  );

const changeWith = (name: "update" | "remove") => async (context: BatchContext, item: JsonObject) => {
  if (isMissing(item.id)) throw invalid("id", "Required");
  return BatchRequest.runItem(
    () => changeRecord(context, context.domain[name], item.id, item),
    () => 200,
  );
};

async function upsert(context: BatchContext, input: JsonObject): Promise<CompletedItem> {
  const { field, match, item: adapter } = context.matchField as MatchField;
  const item = adapter?.parse ? adapter.parse(input) : input;
  const value = valueAt(item, field);
  const make = async (): Promise<WrittenRecord> =>
    adapter
      ? adapter.create(await pickFields(context, item, adapter.schema))
      : callVerb(context, context.domain.create, {}, item);
  const update = async (id: string): Promise<WrittenRecord> => {
    expectVersion(id, item);
    return adapter
      ? adapter.update(id, await pickFields(context, item, adapter.schema, id))
      : changeRecord(context, context.domain.update, id, pickUpdateFields(context, item));
  };
  if (isMissing(value)) {
    if (match && !match.isSystemAssigned) throw invalid(field, "Required, because items are matched on this field");
    return Upsert.createItem(make);
  }
  if (!match)
    return BatchRequest.runItem(
      () => update(String(value)),
      () => 200,
    );
  return Upsert.upsert([context.path, field], match, value, { create: make, update });
}

type WrittenRecord = { id: string };

/** Calls a verb as a single request would. A malformed id is answered as not found. */
async function callVerb(context: BatchContext, verb: Verb, target: { id?: unknown }, item: JsonObject): Promise<WrittenRecord> {
  const { path, parameters } = context;
  const fullPath = "id" in target ? `${path}/{id}` : path;
  try {
    const input = await pickFields(context, item, verb.schema as z.ZodObject, target.id);
    return (await verb({ ...input, ...parameters, ...target })) as WrittenRecord;
  } catch (error) {
    throw isAboutPath({ path: fullPath }, error) ? notFound() : error;
  }
}

/** Returns the input fields of an item. Fields of the answer that are no input must have the stored values, as in a single request. */
async function pickFields(context: BatchContext, item: JsonObject, schema: z.ZodObject, id?: unknown): Promise<JsonObject> {
  const { path, output, parameters, domain } = context;
  const { input, echoed } = splitFields({ path: id === undefined ? path : `${path}/{id}`, output }, item, schema.shape);
  if (echoed.length > 0) {
    const { compareEchoedFields, refuseEchoedFields } = await import("../../http/echoed-fields.ts");
    if (id === undefined || !domain.get) refuseEchoedFields(schema, echoed);
    else {
      const [stored] = await presentAnswer([await domain.get({ ...parameters, id })]);
      compareEchoedFields(schema, stored as JsonObject, echoed);
    }
  }
  return input;
}

async function changeRecord(context: BatchContext, verb: Verb, id: unknown, item: JsonObject): Promise<WrittenRecord> {
  expectVersion(String(id), item);
  return callVerb(context, verb, { id }, item);
}

/** The `version` of an item works like the If-Match of a request. */
function expectVersion(id: string, { version, ...input }: JsonObject): void {
  if (isMissing(version)) return;
  if (!Number.isSafeInteger(version)) throw invalid("version", "Must be a whole number: the expected version of the record");
  useRequest().precondition = { id, versions: [version as number], input };
}

/** Drops the fields that only a new record takes. */
const pickUpdateFields = ({ domain }: BatchContext, item: JsonObject): JsonObject => {
  const [updateFields, all] = [verbShape(domain.update), verbShape(domain.create)];
  return Object.fromEntries(
    Object.entries(item).filter(([field]) => Object.hasOwn(updateFields, field) || !Object.hasOwn(all, field)),
  );
};

/** Returns the value at a path such as `custom_fields.badge`. */
const valueAt = (item: JsonObject, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => (isJsonObject(value) ? value[name] : undefined), item);

/** The field by which items name their records. */
const matchFieldName = ({ matchField }: BatchContext): string => matchField?.field ?? "id";

/**
 * Returns the key by which items are ordered. Items about the same record run one after another, even if they spell its key
 * differently: the last item wins.
 */
async function orderingKeyFor(operation: string, context: BatchContext, item: unknown, index: number): Promise<string> {
  const itemKey = `item ${index}`;
  if (operation === "create" || !isJsonObject(item)) return itemKey;
  const { match, item: { parse } = {} } = context.matchField ?? {};
  // The verb of the item reports invalid values.
  const value = await collectDetails([], (async () => valueAt(parse ? parse(item) : item, matchFieldName(context)))(), undefined);
  if (isMissing(value)) return itemKey;
  return JSON.stringify(
    typeof value === "string" && match?.normalize ? await match.normalize(value) : String(value).trim().toLowerCase(),
  );
}
