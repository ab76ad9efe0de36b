import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { enough } from "@crm/core/kernel/person-name.ts";
import { kindOfField, referencesOf, valueSchemaOf } from "@crm/core/kernel/schema.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputOf, inQuery, type Operation, parametersOf } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { chanceOf, type Random } from "../chance.ts";
import { addUser, startTestApp } from "../support.ts";
import { sampledOperations } from "./operation-sample.ts";
import { type Input, inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/**
 * What a form can know is told in one round: of a sample of the operations, an input that is wrong in several fields is refused, mended in
 * exactly the fields that the answer names, and taken.
 */
const ROUNDS = 1;

type Container = Record<string | number, unknown>;

type Path = readonly (string | number)[];

interface Answer {
  data?: { results?: { id: string; success: boolean }[] };
  error?: { details: { field: string; message: string }[] };
}

interface Wrong {
  path: Path;
  /** undefined: left out. */
  value: unknown;
}

/** Values that a field refuses, some only once they are looked up. */
function wrongFor(schema: z.ZodType, isMaster: boolean): unknown[] {
  const kind = kindOfField(schema);
  const looked = [...(kind ? [`${kind.prefix}_${"0".repeat(18)}`] : []), ...(isMaster ? ["no_such_value"] : [])];
  const typed = [undefined, {}, 7, "2026-13-45", "x".repeat(60_000), [[]]];
  return [...looked, ...looked, ...typed.filter((value) => !schema.safeParse(value).success)];
}

/** Every way in which a field of the input, or one of what stands in it, can be wrong. */
function waysIn(schema: z.ZodObject, given: Input, above: Path = []): Wrong[] {
  const masters = referencesOf(schema.shape);
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([field, each]) => {
    const path = [...above, field];
    const own = wrongFor(each, masters.has(field)).map((value) => ({ path, value }));
    const [inner, value] = [valueSchemaOf(each), given[field]];
    if (inner instanceof z.ZodObject && value && typeof value === "object")
      return [...own, ...waysIn(inner, value as Input, path)];
    if (!(inner instanceof z.ZodArray) || !Array.isArray(value)) return own;
    const element = valueSchemaOf(inner.element as z.ZodType);
    if (element instanceof z.ZodObject && value[0]) return [...own, ...waysIn(element, value[0] as Input, [...path, 0])];
    return [...own, ...wrongFor(element, masters.has(field)).map((one) => ({ path, value: [one] }))];
  });
}

/** Sets what stands at a path; where `valid` has nothing that it could stand in, what `valid` has in its place. */
function set(input: Container, [key = "", ...rest]: Path, value: unknown, valid: Container): void {
  const [inside, right] = [input[key], valid[key]] as (Container | undefined)[];
  const isInside = rest.length > 0 && [inside, right].every((each) => each !== null && typeof each === "object");
  if (isInside && !(Array.isArray(right) && right.length === 0)) set(inside as Container, rest, value, right as Container);
  else {
    const next = rest.length > 0 ? right : value;
    if (next === undefined) delete input[key];
    else input[key] = next;
  }
}

const pathOf = (field: string): Path => field.split(/[.[\]]+/).filter(Boolean);
const at = (input: unknown, path: Path): unknown => path.reduce((value, key) => (value as Container | undefined)?.[key], input);

/** So many wrong fields, none inside another, and one that there is not. */
function broken(random: Random, operation: Operation, valid: Input): { input: Input; wrong: Wrong[] } {
  const fixed = new Set(parametersOf(operation.path));
  // Names that the domains give are known in a context.
  const all = runIn(systemContext(app.ports, undefined, "test"), () => waysIn(inputOf(operation), valid));
  const ways = all.filter(({ path: [root] }) => !fixed.has(String(root)));
  const wrong: Wrong[] = [{ path: ["no_such_field"], value: 1 }];
  for (let count = 0; count < 4 && ways.length > 0; count++) {
    const way = ways[Math.floor(random() * ways.length)] as Wrong;
    if (!wrong.some(({ path: [root] }) => root === way.path[0])) wrong.push(way);
  }
  const chance = random();
  if (chance < 0.4) wrong.shift();
  // What only together is enough.
  if (chance > 0.6 && !wrong.some(({ path: [root] }) => naming.includes(String(root))))
    for (const field of naming.filter((each) => Object.hasOwn(valid, each))) wrong.push({ path: [field], value: undefined });
  const input = structuredClone(valid);
  for (const { path, value } of wrong) set(input, path, value, valid);
  return { input, wrong };
}

/** Of which one is enough, of those that a kind has. */
const naming: readonly string[] = ["name", ...enough, "personal_key_id", "external_key", "customer_id", "lead_id"];

/** Of those whose input is a path and no more there is nothing to mend. */
const asked = sampledOperations(operations).filter((operation) => {
  const { method, kind, access, takesFile, onlyReads, path } = operation;
  const isForm = !inQuery(method) && kind !== "page" && access !== "public" && !takesFile && !onlyReads;
  return isForm && Object.keys(inputOf(operation).shape).length > parametersOf(path).length;
});

let app: App;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, MARK);
  await world.tenant.admin.updateTenant({ settings: { visibility: "all" } });
});
afterAll(() => app.stop());

const random = chanceOf("wrong inputs");

describe.each(asked.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
  it("is mended in one round", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const who = operation.access === "signed_in" ? await addUser(app, world.tenant, "USER") : undefined;
      const send = async (input: Input) => {
        const { status, body } = await sendAs(app, who?.token ?? world.tenant.token, operation, input);
        const { data, error } = JSON.parse(body) as Answer;
        // What is changed record by record is told of record by record.
        const failed = data?.results?.filter(({ success }) => !success) ?? [];
        return { status, error, failed: failed.map(({ id }) => id) };
      };
      const valid = JSON.parse(JSON.stringify(await inputFor(app, world, operation, who))) as Input;
      const { input, wrong } = broken(random, operation, valid);
      if (wrong.length === 0) continue;
      const first = await send(input);
      if (first.failed.length > 0) {
        for (const { value } of wrong) expect(first.failed).toEqual(value);
        continue;
      }
      const details = first.error?.details ?? [];
      const mended = structuredClone(input);
      for (const { field } of details) set(mended, pathOf(field), at(valid, pathOf(field)), valid);
      const second = await send(mended);
      const said = JSON.stringify({ wrong, details, again: second.error }, (_key, value) =>
        typeof value === "string" ? value.slice(0, 90) : value,
      );
      expect([first.status, second.status], said).toEqual([400, operation.status]);
    }
  });
});
