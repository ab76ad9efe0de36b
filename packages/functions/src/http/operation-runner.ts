import { domains } from "@crm/core/domains.ts";
import { type ErrorDetail, Failure, forbidden } from "@crm/core/kernel/error.ts";
import { memoize } from "@crm/core/kernel/memoize.ts";
import type { OperatedKind, Operations } from "@crm/core/kernel/ports.ts";
import { type FunctionName, functionLoaders, functionNames, listSegments } from "../api/function-loaders.ts";
import { accessRejection } from "./access-check.ts";
import { inputSchema, type Operation, pathParameterNames } from "./operation.ts";
import { runVerb } from "./operation-answer.ts";
import { fieldNaming, renameFields } from "./request.ts";

/** Runs operations for code that acts as a client of the API does (kernel/ports.ts, `Operations`). A function is loaded at its first use. */

const loadFunction = memoizeByName(
  async (name: FunctionName): Promise<readonly Operation[]> => (await functionLoaders[name].load()).operations,
);

function memoizeByName<T>(load: (name: FunctionName) => Promise<T>): (name: FunctionName) => Promise<T> {
  const loaders = new Map<FunctionName, () => Promise<T>>();
  return (name) => {
    const loader = loaders.get(name) ?? memoize(() => load(name));
    loaders.set(name, loader);
    return loader();
  };
}

/** Lists the operations at and below the path of a kind. */
async function listKindOperations(path: string): Promise<readonly Operation[]> {
  const segment = path.split("/")[1] ?? "";
  const name = functionNames.find((candidate) => listSegments(candidate, "paths").includes(segment));
  const all = name === undefined ? [] : await loadFunction(name);
  return all.filter((operation) => operation.path === path || operation.path.startsWith(`${path}/`));
}

const kindPath = (kind: string): string | undefined =>
  domains.flatMap(({ kinds }) => kinds).find(({ name, path }) => name === kind && path !== undefined)?.path;

/** Whether an operation can be a step of a workflow: a write of JSON that signed-in callers may repeat. */
const isRunnable = ({ access, kind, method, onlyReads, takesFile, takesBytes, keyspaces }: Operation): boolean =>
  access !== "public" &&
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
  const find = (method: Operation["method"], suffix: string): string | undefined =>
    own.find((operation) => operation.method === method && operation.path === path + suffix)?.name;
  const actions = own.filter(
    (operation) => operation.path.startsWith(`${path}/{id}/`) && pathParameterNames(operation.path).join() === "id",
  );
  return { create: find("POST", ""), update: find("PATCH", "/{id}"), actions: actions.map(({ name }) => name) };
}

/** The operations by name. Built from all functions at the first use of a name. */
const loadByName = memoize(async (): Promise<ReadonlyMap<string, Operation>> => {
  const all = await Promise.all(functionNames.map(loadFunction));
  return new Map(all.flat().map((operation) => [operation.name, operation]));
});

async function findOperation(name: string): Promise<Operation> {
  const operation = (await loadByName()).get(name);
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
