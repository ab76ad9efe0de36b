import { roles, rolesGrant } from "@crm/core/kernel/permission.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { BatchResults } from "@crm/functions/api/shared/batch-operation.ts";
import { type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findCreateOperation,
  type Input,
  inputFor,
  makeTarget,
  makeWorld,
  sendAs,
  type World,
} from "../../invariants/registry/world.ts";
import { addUser, startTestApp, type TestUser } from "../../support/app.ts";

/** Batch operations of every kind that has one. */
// Many metrics are set at once: each row creates or replaces one.
const batches = operations.filter(({ path, name }) => path.endsWith("/batch") && name !== "createCampaignMetrics");

let app: App;
let world: World;
let foreignWorld: World;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, "MANY");
  foreignWorld = await makeWorld(app, "OTHER");
  await world.tenant.admin.updateTenant({ settings: { visibility: "own" } });
  rep = await addUser(app, world.tenant, "SALES_REP");
});
afterAll(() => app.stop());

async function sendBatch(operation: Operation, input: Input, token = world.tenant.token) {
  const answer = await sendAs(app, token, operation, input);
  const { data, error } = JSON.parse(answer.body) as { data?: BatchResults; error?: { details: { field: string }[] } };
  return { status: answer.status, results: data?.results ?? [], error };
}

describe.each(batches.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
  const list = operation.path.replace(/\/batch$/, "");
  const create = findCreateOperation(list);
  const remove = operations.find(({ method, path }) => method === "DELETE" && path === `${list}/{id}`) as Operation;
  /** The values of the path parameters. */
  const parametersIn = (item: Input): Input => Object.fromEntries(pathParameterNames(list).map((name) => [name, item[name]]));
  const isOwned = async (id: string): Promise<boolean> => {
    const get = operations.find(({ method, path }) => method === "GET" && path === `${list}/{id}`) as Operation;
    return (await sendAs(app, rep.token, get, { id })).status === 404;
  };

  it("creates, updates and deletes, and rejects items individually", async () => {
    const items = [await inputFor(app, world, create), await inputFor(app, world, create)];
    const inPath = parametersIn(items[0] as Input);
    const createResponse = await sendBatch(operation, {
      ...inPath,
      operation: "create",
      items: [items[0], { nonsense: 1 }, 7, items[1]],
    });
    expect(createResponse.status).toBe(200);
    expect(createResponse.results.map(({ index, status }) => [index, status])).toEqual([
      [0, 201],
      [1, 400],
      [2, 400],
      [3, 201],
    ]);
    expect(createResponse.results[1]).toMatchObject({ id: null, error: { code: "VALIDATION_ERROR" } });
    expect(createResponse.results[1]?.error?.details).toContainEqual({ field: "nonsense", message: "Unknown field" });
    const [firstId, , , two] = createResponse.results.map(({ id }) => id as string);
    const foreignId = await makeTarget(app, foreignWorld, list);

    const updateResponse = await sendBatch(operation, {
      ...inPath,
      operation: "UPDATE",
      items: [{ id: firstId }, { id: "malformed" }, { id: foreignId }, {}, { id: two, version: 999 }],
    });
    expect(updateResponse.results.map(({ id, status }) => [id, status])).toEqual([
      [firstId, 200],
      ["malformed", 404],
      [foreignId, 404],
      [null, 400],
      [two, 412],
    ]);
    const version = Number(/version (\d+)/.exec(updateResponse.results[4]?.error?.message ?? "")?.[1]);
    const versionedResponse = await sendBatch(operation, { ...inPath, operation: "update", items: [{ id: two, version }] });
    expect(versionedResponse.results).toEqual([{ index: 0, id: two, status: 200 }]);

    const deleted = await sendBatch(operation, {
      ...inPath,
      operation: "delete",
      items: [{ id: firstId }, { id: firstId }, { id: two, version: 9 }],
    });
    expect(deleted.results.map(({ status }) => status)).toEqual([200, 404, 412]);
    const again = await sendBatch(operation, {
      ...inPath,
      operation: "upsert",
      match_on: "id",
      items: [{ id: firstId }, { id: two }],
    });
    expect(again.results.map(({ status }) => status)).toEqual([404, 200]);
  });

  it("rejects a malformed batch", async () => {
    const inPath = parametersIn(await inputFor(app, world, create));
    const readRejection = async (input: Input) => {
      const { status, error } = await sendBatch(operation, { ...inPath, ...input });
      return [status, error?.details.map(({ field }) => field)];
    };
    expect(await readRejection({ operation: "create", items: [] })).toEqual([400, ["items"]]);
    expect(await readRejection({ operation: "create", items: Array(501).fill({}) })).toEqual([400, ["items"]]);
    expect(await readRejection({ operation: "replace", items: [{}] })).toEqual([400, ["operation"]]);
    expect(await readRejection({ operation: "upsert", items: [{}] })).toEqual([400, ["match_on"]]);
    expect(await readRejection({ operation: "upsert", match_on: "constructor", items: [{}] })).toEqual([400, ["match_on"]]);
    expect(await readRejection({ operation: "create", match_on: "id", items: [{}] })).toEqual([400, ["match_on"]]);
  });

  it("rejects deletions by callers without that permission", async () => {
    const may = ({ access }: Operation, role: (typeof roles)[number]) => typeof access === "object" && rolesGrant([role], access);
    const role = roles.find((each) => may(operation, each) && !may(remove, each));
    const inPath = parametersIn(await inputFor(app, world, create));
    const request = { ...inPath, operation: "delete", items: [{ id: "any" }] };
    // Every role that may delete may call the batch operation.
    expect(roles.filter((each) => may(remove, each) && !may(operation, each))).toEqual([]);
    if (role) expect((await sendBatch(operation, request, (await addUser(app, world.tenant, role)).token)).status).toBe(403);
  });

  it("finds no records that are hidden from the caller", async () => {
    const id = await makeTarget(app, world, list);
    const { access } = operation;
    if (typeof access !== "object" || !rolesGrant(["SALES_REP"], access) || !(await isOwned(id))) return;
    const { results } = await sendBatch(operation, { operation: "update", items: [{ id }] }, rep.token);
    expect(results.map(({ status }) => status)).toEqual([404]);
  });
});
