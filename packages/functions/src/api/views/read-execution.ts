import { useActorId, useContext } from "@crm/core/kernel/context.ts";
import { Failure, forbidden, httpStatusByCode, invalid } from "@crm/core/kernel/error.ts";
import { memoize } from "@crm/core/kernel/memoize.ts";
import type { Translate } from "@crm/core/lib/i18n/message-translator.ts";
import { RateLimit } from "@crm/core/platform/auth/rate-limit.ts";
import { accessRejection, requireSetUp } from "../../http/access-check.ts";
import { buildErrorBody } from "../../http/error-body.ts";
import { loadErrorLanguage } from "../../http/error-language.ts";
import { logInternalError, toFailure } from "../../http/failure.ts";
import { BASE_PATH, inputSchema, isShaped, type Operation, RawResponse } from "../../http/operation.ts";
import { presentResult, runVerb, splitInput } from "../../http/operation-answer.ts";
import { readInput } from "../../http/request.ts";
import { Router } from "../../http/router.ts";
import { type FunctionName, findFunctionName, functionLoaders } from "../function-loaders.ts";
import { MAX_ROWS, type ReadResults } from "./batch-reads.ts";

/** Runs the reads of a batch, each as the operation that its address names. */

type ReadResult = ReadResults["results"][number];
type ReadAnswer = Pick<ReadResult, "data" | "meta">;

export async function runReads(reads: readonly string[]): Promise<ReadResults> {
  const rows = reads.reduce((sum, address) => sum + readLimit(address), 0);
  if (rows > MAX_ROWS) throw invalid("reads", `The lists have up to ${rows} rows, but ${MAX_ROWS} is the maximum: lower limit`);
  const { settings, request } = useContext();
  // The request itself has counted as one already.
  request.quota = await RateLimit.take(useActorId(), settings.rate_limit_per_minute, reads.length - 1);
  const outcomes = await Promise.all(reads.map((address) => runRead(address).catch(recordFailure)));
  const hasFailed = outcomes.some((outcome) => outcome instanceof Failure);
  const { translate } = await loadErrorLanguage(hasFailed ? request.languages : undefined);
  return { results: outcomes.map((outcome, index) => toResult(outcome, index, translate)) };
}

/** The rows that a list has without `limit`. A record counts like such a list. */
const DEFAULT_ROWS = 20;

function readLimit(address: string): number {
  const limit = Number(new URLSearchParams(address.split("?")[1]).get("limit"));
  return Number.isSafeInteger(limit) && limit > 0 ? limit : DEFAULT_ROWS;
}

async function runRead(address: string): Promise<ReadAnswer> {
  const [path = "", ...query] = address.split("?");
  const { operation, parameters } = await findRead(path);
  const rejection = accessRejection(operation);
  if (rejection !== undefined) throw forbidden(rejection);
  requireSetUp(operation);
  const source = { rawQueryString: query.join("?"), headers: {}, isBase64Encoded: false };
  const { input: rawInput } = await readInput(operation, parameters, source);
  const { input, shaping } = await splitInput(operation, rawInput);
  const result = await runVerb(operation, input);
  if (result instanceof RawResponse) throw cannotBatch();
  const { data, meta } = await presentResult(operation, result, shaping);
  return { data, meta } as ReadAnswer;
}

const cannotBatch = (): Failure => invalid("reads", "This address cannot be read in a batch: send a request of its own");

/** Functions whose reads need objects that the function of the batch has no right to read. */
const EXCLUDED_FUNCTIONS: readonly FunctionName[] = ["audit", "uploads"];

async function findRead(path: string): Promise<{ operation: Operation; parameters: Record<string, string> }> {
  const [segment = ""] = path.startsWith(`${BASE_PATH}/`) ? path.slice(BASE_PATH.length + 1).split("/") : [];
  const name = findFunctionName(segment);
  const match = name === undefined ? undefined : (await loadRouter(name)).match("GET", path);
  if (!match || "allowed" in match) throw new Failure("NOT_FOUND", "No such route");
  if (EXCLUDED_FUNCTIONS.includes(name as FunctionName) || !isBatchRead(match.operation)) throw cannotBatch();
  return match;
}

/** Whether an operation reads a record, as many records of a kind as the caller says, or a value that is declared to be small. */
const isBatchRead = (operation: Operation): boolean =>
  operation.access !== "public" &&
  operation.keyspaces.length === 0 &&
  (operation.inBatch ||
    operation.kind === "record" ||
    (isShaped(operation) && Object.hasOwn(inputSchema(operation).shape, "limit")));

/** A function is loaded at the first read of its records. */
const routers = new Map<FunctionName, () => Promise<Router>>();
function loadRouter(name: FunctionName): Promise<Router> {
  const load = routers.get(name) ?? memoize(async () => new Router((await functionLoaders[name].load()).operations));
  routers.set(name, load);
  return load();
}

function recordFailure(error: unknown): Failure {
  const { ports, request } = useContext();
  const failure = toFailure(error);
  if (failure.code === "INTERNAL") logInternalError(ports.log, request.id, error);
  return failure;
}

/** Limits of the error of one read: all of them must fit into an answer. */
const MAX_READ_ERROR = { details: 20, bytes: 6 * 1024 };

const toResult = (outcome: ReadAnswer | Failure, index: number, translate: Translate): ReadResult =>
  outcome instanceof Failure
    ? { index, status: httpStatusByCode[outcome.code], error: buildErrorBody(outcome, translate, MAX_READ_ERROR) }
    : { index, status: 200, ...outcome };
