import { domains } from "@crm/core/domains.ts";
import { loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import { operations } from "@crm/functions/api/index.ts";
import { buildRequest } from "@crm/functions/derive/client.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser } from "../../support/app.ts";
import { importModules } from "../../support/module-files.ts";
import { isExhaustive } from "../../support/sample.ts";
import { sampleOperations } from "../registry/operation-sample.ts";
import { inputFor, makeWorld, type World } from "../registry/world.ts";
import type { Scenario } from "./harness.ts";
import { SteppedSystem } from "./stepped-system.ts";

/** Each sampled operation with several writes must have a scenario, or be listed below with the reason why it needs none. */
const modules = await importModules<{ scenarios: readonly Scenario<unknown>[] }>("invariants/faults/scenarios/*.ts");
const scenarios = modules.flatMap((module) => module.scenarios);
const coveredOperations = new Set(scenarios.flatMap(({ covers }) => covers.operations ?? []));

/** Operations with a single transaction, each with what else it writes. */
const singleWriteOperations: Record<string, string> = {
  reportPresence: "The update finds no valid heartbeat and writes nothing, so that the second write is the only one",
};

/** The spelling of a tag is written once, before the first record with the tag. If that record's write fails, nothing is visible. */
const TAG_SPELLING = "TAG";

let system: SteppedSystem;
let world: World;

beforeAll(async () => {
  system = await SteppedSystem.start();
  world = await makeWorld(system.app, "STRUCK");
});
afterAll(() => system.stop());

it("each operation with several writes has a fault scenario or is declared as one transaction", async () => {
  const several = new Map<string, string[]>();
  let keys = 0;
  for (const operation of sampleOperations(operations.filter(({ method }) => method !== "GET"))) {
    const user = operation.access === "signed_in" ? await addUser(system.app, world.tenant, "USER") : undefined;
    const input = await inputFor(system.app, world, operation, user);
    system.arm(() => true);
    const options = operation.keyed ? { idempotencyKey: `complete-${++keys}` } : {};
    const answer = await system.transport(user?.token ?? world.tenant.token)(buildRequest(operation, input, options));
    const writes = system.writes.map(({ target: writeTarget }) => writeTarget).filter((write) => write !== TAG_SPELLING);
    system.disarm();
    expect([operation.name, answer.status]).toEqual([operation.name, operation.status]);
    if (writes.length > 1) several.set(operation.name, writes);
  }
  const unknown = [...several].filter(([name]) => !coveredOperations.has(name) && !(name in singleWriteOperations));
  expect(unknown).toEqual([]);
  if (isExhaustive) expect(Object.keys(singleWriteOperations).filter((name) => !several.has(name))).toEqual([]);
});

it("each operation with a fault scenario is in the registry", () => {
  const operationNames = new Set<string>(operations.map(({ name }) => name));
  expect([...coveredOperations].filter((name) => !operationNames.has(name))).toEqual([]);
});

it("each subscriber has a fault scenario", () => {
  const struck = new Set(scenarios.flatMap(({ covers }) => covers.subscribers ?? []));
  expect(subscribers.map(({ name }) => name).filter((name) => !struck.has(name))).toEqual([]);
});

it("each kind with a clock has a fault scenario", async () => {
  const struck = new Set(scenarios.flatMap(({ covers }) => covers.due ?? []));
  const kinds = domains.flatMap((domain) => domain.kinds).filter(({ load }) => load);
  const due = (await Promise.all(kinds.map(loadCollection))).filter(({ definition }) => definition.clocks !== undefined);
  expect(due.length).toBeGreaterThan(0);
  const missing = due.map(({ name }) => name).filter((kind) => !struck.has(kind));
  expect(missing).toEqual([]);
});
