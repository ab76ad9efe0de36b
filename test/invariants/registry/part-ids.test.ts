import { domains } from "@crm/core/domains.ts";
import type { Kind } from "@crm/core/kernel/id.ts";
import { findMasterReferences, findReferencedKind } from "@crm/core/kernel/schema.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputSchema, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { addUser, startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { formatPath, type Path } from "./input-path.ts";
import { operationKind } from "./operation-sample.ts";
import { type Input, inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/**
 * Ids of parts: a step of a playbook or a line of an order has an id, but is no record. For each operation with a body, each field that may
 * hold such an id gets a well-formed one that exists nowhere. The answer may accept or refuse it, but it is never an internal error.
 */

const partKinds: readonly Kind[] = domains.flatMap(({ kinds }) => kinds).filter(({ load }) => load === undefined);
const partNames: ReadonlySet<unknown> = new Set(partKinds.map(({ name }) => name));

interface IdField {
  path: Path;
  /** The kind of part that the schema declares. */
  partName: string | undefined;
}

interface SchemaDefinition {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  options?: readonly z.ZodType[];
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
}

/** Lists the ids in a schema that are declared as those of a part, or whose names say that they are ids of any kind. */
function listIdFields(schema: z.ZodType, path: Path = []): IdField[] {
  const { type, shape, element, options = [], innerType, in: input, out } = schema._zod.def as SchemaDefinition;
  if (shape) {
    const masters = findMasterReferences(shape);
    return Object.entries(shape).flatMap(([name, field]) =>
      masters.has(name) || findReferencedKind(field)?.load ? [] : listIdFields(field, [...path, name]),
    );
  }
  if (element) return listIdFields(element, [...path, 0]);
  const inner = [...options, innerType, input, out].filter((part) => part !== undefined);
  if (inner.length > 0) return inner.flatMap((part) => listIdFields(part, path));
  const partName = [schema.meta()?.["x-record"]].find((name): name is string => partNames.has(name));
  const fieldName = path.findLast((part) => typeof part === "string") ?? "";
  return type === "string" && (partName !== undefined || /(^|_)ids?$/.test(fieldName)) ? [{ path, partName }] : [];
}

const listFields = (operation: Operation): IdField[] => {
  const parameters = new Set<unknown>(pathParameterNames(operation.path));
  const byPath = new Map(listIdFields(inputSchema(operation)).map((field) => [formatPath(field.path), field]));
  return [...byPath.values()].filter(({ path: [root] }) => !parameters.has(root));
};

/** Returns the kind of part for a field: the declared one, the one of its name (`line_id`: a line), or else any. */
function choosePartKind({ path, partName }: IdField, index: number): Kind {
  const word = String(path.findLast((part) => typeof part === "string")).replace(/_?ids?$/, "");
  const named = partKinds.find(({ name }) => name === partName || (word !== "" && name.endsWith(word)));
  return named ?? (partKinds[index % partKinds.length] as Kind);
}

/** Returns a copy of a value with another one at a path. It adds the objects and lists above it if they are missing. */
function placeValue<T>(container: T, path: Path, value: unknown): T {
  const [key, ...below] = path;
  if (key === undefined) return value as T;
  const copy: unknown = typeof key === "number" ? [...((container ?? []) as unknown[])] : { ...container };
  const fields = copy as Record<string | number, unknown>;
  fields[key] = placeValue(fields[key], below, value);
  return copy as T;
}

/** Returns copies of a valid input with the id of a part in it: one that may be accepted, and one that is refused for another field. */
function listInputs(valid: Input, field: IdField, index: number): Input[] {
  const id = `${choosePartKind(field, index).prefix}_${"0".repeat(18)}`;
  const input = placeValue(valid, field.path, id);
  return [input, { ...input, no_such_field: 1 }];
}

const candidates = operations.filter(
  ({ method, access, ...operation }) =>
    ["POST", "PUT", "PATCH"].includes(method) && access !== "public" && listFields({ method, access, ...operation }).length > 0,
);
const declaresPart = (operation: Operation): boolean => listFields(operation).some(({ partName }) => partName !== undefined);
const sampled = new Set(selectSample(candidates, { name: ({ name }) => name, kind: operationKind }));
const cases = candidates
  .filter((operation) => declaresPart(operation) || sampled.has(operation))
  .map((operation) => [operation.name, operation] as const);

let app: App;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, MARK);
});
afterAll(() => app.stop());

it("steps of playbooks are among the fields", () => {
  const replacePlaybook = candidates.find(({ name }) => name === "replacePlaybook");
  expect(replacePlaybook && listFields(replacePlaybook)).toContainEqual({ path: ["steps", 0, "id"], partName: "playbook_step" });
});

describe.each(cases)("%s", (_, operation) => {
  it("answers an unknown id of a part without an internal error", async () => {
    const user = operation.access === "signed_in" ? await addUser(app, world.tenant, "USER") : undefined;
    const valid = JSON.parse(JSON.stringify(await inputFor(app, world, operation, user))) as Input;
    const failures: string[] = [];
    for (const [index, field] of listFields(operation).entries())
      for (const input of listInputs(valid, field, index)) {
        const { status, body } = await sendAs(app, user?.token ?? world.tenant.token, operation, input);
        if (status >= 500) failures.push(`${formatPath(field.path)}: ${status} ${body.slice(0, 300)}`);
      }
    expect(failures).toEqual([]);
  });
});
