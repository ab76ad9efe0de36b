import { type ErrorDetail, Failure, forbidden } from "@crm/core/kernel/error.ts";
import type { OperatedKind, Operations } from "@crm/core/kernel/ports.ts";
import { listDomains } from "@crm/core/kernel/tenant-domains.ts";
import { type FunctionName, findFunctionName, functionLoaders, functionNames } from "../api/function-loaders.ts";
import { accessRejection } from "./access-check.ts";
import { inputSchema, type Operation, pathParameterNames } from "./operation.ts";
import { runVerb } from "./operation-answer.ts";
import { fieldNaming, renameFields } from "./request.ts";

/** Runs operations for code that acts as a client of the API does (kernel/ports.ts, `Operations`). A function is loaded at its first use. */

const loadedFunctions = new Map<FunctionName, Promise<readonly Operation[]>>();
/** The operations of the functions that were loaded so far. */
const operationByName = new Map<string, Operation>();

function loadFunction(name: FunctionName): Promise<readonly Operation[]> {
  const loaded = loadedFunctions.get(name) ?? readOperations(name);
  loadedFunctions.set(name, loaded);
  return loaded;
}

async function readOperations(name: FunctionName): Promise<readonly Operation[]> {
  const { operations } = await functionLoaders[name].load();
  for (const operation of operations) operationByName.set(operation.name, operation);
  return operations;
}

/** Lists the operations at and below the path of a kind. */
async function listKindOperations(path: string): Promise<readonly Operation[]> {
  const segment = path.split("/")[1] ?? "";
  const name = findFunctionName(segment);
  const all = name === undefined ? [] : await loadFunction(name);
  return all.filter((operation) => operation.path === path || operation.path.startsWith(`${path}/`));
}

const kindPath = (kind: string): string | undefined =>
  listDomains()
    .flatMap(({ kinds }) => kinds)
    .find(({ name, path }) => name === kind && path !== undefined)?.path;

/** Whether an operation can be a step of a workflow: a write of JSON that signed-in callers may repeat. */
const isRunnable = ({ access, kind, method, onlyReads, takesFile, takesBytes, keyspaces, sessionRule }: Operation): boolean =>
  access !== "public" &&
  (sessionRule === undefined || sessionRule.cases !== undefined) &&
  method !== "GET" &&
  !onlyReads &&
  !takesFile &&
  !takesBytes &&
  keyspaces.length === 0 &&
  (kind === "record" || kind === "value" || kind === "nothing");

async function describeKind(kind: string): Promise<OperatedKind | undefined> {
  const path = kindPath(kind);
  if (path === undefined) return undefined;
  const own = (await listKindOperations(path)).filter(isRunnable);
  const find = (method: Operation["method"], suffix: string): Operation | undefined =>
    own.find((operation) => operation.method === method && operation.path === path + suffix);
  const actions = own.filter(
    (operation) => operation.path.startsWith(`${path}/{id}/`) && pathParameterNames(operation.path).join() === "id",
  );
  const update = find("PATCH", "/{id}");
  return {
    create: find("POST", "")?.name,
    update: update?.name,
    updateFields: update ? Object.keys(inputSchema(update).shape).filter((field) => field !== "id") : [],
    actions: actions.map(({ name }) => name),
  };
}

/** Finds an operation in the functions that were loaded already, and then in one further function after the other. */
async function loadOperation(name: string): Promise<Operation | undefined> {
  for (const functionName of functionNames) {
    if (operationByName.has(name)) break;
    await loadFunction(functionName);
  }
  return operationByName.get(name);
}

async function findOperation(name: string): Promise<Operation> {
  const operation = await loadOperation(name);
  if (!operation || !isRunnable(operation))
    throw new Failure("NOT_FOUND", `There is no operation ${name} that a workflow can run`);
  return operation;
}

/** Returns the name of the top field of a path: `items` for `items[0].name`. */
const topField = (path: string): string => path.split(/[.[]/, 1)[0] ?? path;

async function findProblems(
  name: string,
  input: Readonly<Record<string, unknown>>,
  computed: readonly string[],
): Promise<readonly ErrorDetail[]> {
  const operation = await findOperation(name);
  const inPath = pathParameterNames(operation.path);
  const known = inputSchema(operation).shape;
  const renamed = renameFields(fieldNaming(operation), { ...input });
  const given = Object.fromEntries(Object.entries(renamed).filter(([field]) => !computed.includes(field)));
  const details = await operation.verb.validate(given);
  const unknown = computed
    .filter((field) => !Object.hasOwn(known, field))
    .map((field) => ({ field, message: "There is no such field" }));
  const later = new Set([...computed, ...inPath]);
  return [...details.filter(({ field }) => !later.has(topField(field))), ...unknown];
}

async function run(name: string, input: Readonly<Record<string, unknown>>): Promise<unknown> {
  const operation = await findOperation(name);
  const rejection = accessRejection(operation);
  if (rejection !== undefined) throw forbidden(rejection);
  return runVerb(operation, renameFields(fieldNaming(operation), { ...input }));
}

/** Creates the port. */
export const createOperations = (): Operations => ({ describeKind, findProblems, run });
