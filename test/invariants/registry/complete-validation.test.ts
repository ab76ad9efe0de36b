import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { personIdentifyingFields } from "@crm/core/kernel/person-name.ts";
import { findMasterReferences, findReferencedKind, valueSchema } from "@crm/core/kernel/schema.ts";
import { operations } from "@crm/functions/api/index.ts";
import { hasQueryInput, inputSchema, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { addUser, startTestApp } from "../../support/app.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { sampleOperations } from "./operation-sample.ts";
import { type Input, inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/**
 * Validation reports all faults of the input at once. For a sample of operations, an input with several wrong fields is rejected,
 * corrected in exactly the fields that the answer names, and then accepted.
 */
const ROUNDS = 1;

type Container = Record<string | number, unknown>;

type Path = readonly (string | number)[];

interface ErrorAnswer {
  data?: { results?: { id: string; success: boolean }[] };
  error?: { details: { field: string; message: string }[] };
}

interface InvalidField {
  path: Path;
  /** undefined: the field is left out. */
  value: unknown;
}

/** Values that a field rejects, including references to records that do not exist. */
function listInvalidValues(schema: z.ZodType, isMaster: boolean): unknown[] {
  const kind = findReferencedKind(schema);
  const unknownReferences = [...(kind ? [`${kind.prefix}_${"0".repeat(18)}`] : []), ...(isMaster ? ["no_such_value"] : [])];
  const typed = [undefined, {}, 7, "2026-13-45", "x".repeat(60_000), [[]]];
  return [...unknownReferences, ...unknownReferences, ...typed.filter((value) => !schema.safeParse(value).success)];
}

/** Every way in which a field of the input, or a field nested in it, can be wrong. */
function listInvalidFields(schema: z.ZodObject, input: Input, above: Path = []): InvalidField[] {
  const masters = findMasterReferences(schema.shape);
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([field, fieldSchema]) => {
    const path = [...above, field];
    const invalidFields = listInvalidValues(fieldSchema, masters.has(field)).map((value) => ({ path, value }));
    const [inner, value] = [valueSchema(fieldSchema), input[field]];
    if (inner instanceof z.ZodObject && value && typeof value === "object")
      return [...invalidFields, ...listInvalidFields(inner, value as Input, path)];
    if (!(inner instanceof z.ZodArray) || !Array.isArray(value)) return invalidFields;
    const element = valueSchema(inner.element as z.ZodType);
    if (element instanceof z.ZodObject && value[0])
      return [...invalidFields, ...listInvalidFields(element, value[0] as Input, [...path, 0])];
    return [
      ...invalidFields,
      ...listInvalidValues(element, masters.has(field)).map((invalidValue) => ({ path, value: [invalidValue] })),
    ];
  });
}

/** Sets the value at a path. If the input has no container there, copies it from `valid`. */
function setAtPath(input: Container, [key = "", ...rest]: Path, value: unknown, valid: Container): void {
  const [inside, right] = [input[key], valid[key]] as (Container | undefined)[];
  const isInside = rest.length > 0 && [inside, right].every((container) => container !== null && typeof container === "object");
  if (isInside && !(Array.isArray(right) && right.length === 0)) setAtPath(inside as Container, rest, value, right as Container);
  else {
    const next = rest.length > 0 ? right : value;
    if (next === undefined) delete input[key];
    else input[key] = next;
  }
}

const parsePath = (field: string): Path => field.split(/[.[\]]+/).filter(Boolean);
const readAtPath = (input: unknown, path: Path): unknown =>
  path.reduce((value, key) => (value as Container | undefined)?.[key], input);

/** Makes several fields wrong, none nested in another, and adds an unknown field. */
function breakInput(random: Random, operation: Operation, valid: Input): { input: Input; wrong: InvalidField[] } {
  const fixed = new Set(pathParameterNames(operation.path));
  // Names declared by domains are only known in a context.
  const all = runIn(systemContext(app.ports, undefined, "test"), () => listInvalidFields(inputSchema(operation), valid));
  const candidates = all.filter(({ path: [root] }) => !fixed.has(String(root)));
  const invalidFields: InvalidField[] = [{ path: ["no_such_field"], value: 1 }];
  for (let count = 0; count < 4 && candidates.length > 0; count++) {
    const candidate = candidates[Math.floor(random() * candidates.length)] as InvalidField;
    if (!invalidFields.some(({ path: [root] }) => root === candidate.path[0])) invalidFields.push(candidate);
  }
  const chance = random();
  if (chance < 0.4) invalidFields.shift();
  // Removes all fields of a group that requires at least one of them.
  if (chance > 0.6 && !invalidFields.some(({ path: [root] }) => alternativeFields.includes(String(root))))
    for (const field of alternativeFields.filter((alternativeField) => Object.hasOwn(valid, alternativeField)))
      invalidFields.push({ path: [field], value: undefined });
  const input = structuredClone(valid);
  for (const { path, value } of invalidFields) setAtPath(input, path, value, valid);
  return { input, wrong: invalidFields };
}

/** Alternative fields: a record needs at least one of those that its kind has. */
const alternativeFields: readonly string[] = [
  "name",
  ...personIdentifyingFields,
  "personal_key_id",
  "external_key",
  "customer_id",
  "lead_id",
];

/** Excludes operations whose input is only a path, which leaves no field to correct. */
const testedOperations = sampleOperations(operations).filter((operation) => {
  const { method, kind, access, takesFile, onlyReads, path } = operation;
  const isForm = !hasQueryInput(method) && kind !== "page" && access !== "public" && !takesFile && !onlyReads;
  return isForm && Object.keys(inputSchema(operation).shape).length > pathParameterNames(path).length;
});

let app: App;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, MARK);
  await world.tenant.admin.updateTenant({ settings: { visibility: "all" } });
});
afterAll(() => app.stop());

const random = createTestRandom("wrong inputs");

describe.each(testedOperations.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
  it("gets all faults of a request in one response", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = operation.access === "signed_in" ? await addUser(app, world.tenant, "USER") : undefined;
      const send = async (input: Input) => {
        const { status, body } = await sendAs(app, user?.token ?? world.tenant.token, operation, input);
        const { data, error } = JSON.parse(body) as ErrorAnswer;
        // Operations on several records report failures for each record.
        const failed = data?.results?.filter(({ success }) => !success) ?? [];
        return { status, error, failed: failed.map(({ id }) => id) };
      };
      const valid = JSON.parse(JSON.stringify(await inputFor(app, world, operation, user))) as Input;
      const { input, wrong: invalidFields } = breakInput(random, operation, valid);
      if (invalidFields.length === 0) continue;
      const first = await send(input);
      if (first.failed.length > 0) {
        for (const { value } of invalidFields) expect(first.failed).toEqual(value);
        continue;
      }
      const details = first.error?.details ?? [];
      const correctedInput = structuredClone(input);
      for (const { field } of details) setAtPath(correctedInput, parsePath(field), readAtPath(valid, parsePath(field)), valid);
      const second = await send(correctedInput);
      const report = JSON.stringify({ wrong: invalidFields, details, again: second.error }, (_key, value) =>
        typeof value === "string" ? value.slice(0, 90) : value,
      );
      expect([first.status, second.status], report).toEqual([400, operation.status]);
    }
  });
});
