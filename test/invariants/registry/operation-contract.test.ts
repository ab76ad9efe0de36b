import { createHash } from "node:crypto";
import { type Role, roles, rolesGrant } from "@crm/core/kernel/permission.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { WireResponse } from "@crm/functions/derive/client.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, isRecordWrite, startTestApp, type TestUser } from "../../support/app.ts";
import { sampleOperations } from "./operation-sample.ts";
import { type Input, inputFor, MARK, makeWorld, sendAs, takesRecordId, type World } from "./world.ts";

/**
 * The contract of every operation, checked on a sample of the registry; new operations are covered automatically. access.test.ts checks the
 * permissions of all of them.
 */

const hashName = (name: string): number => createHash("sha256").update(`role ${name}`).digest().readUInt32BE();

const isOpen = ({ access }: Operation): boolean => access === "public" || access === "signed_in";

const isAllowed = (operation: Operation, role: Role): boolean =>
  isOpen(operation) || (typeof operation.access === "object" && rolesGrant([role], operation.access));

/** Picks an element by the operation's name. */
const pickByName = <T>(all: readonly T[], operation: Operation): T | undefined => all[hashName(operation.name) % all.length];

/** The status, and the body if the request was rejected. */
const formatOutcome = ({ status, body }: WireResponse): string => `${status} ${status < 300 ? "" : body.slice(0, 300)}`;

/** Returns `theirs` with the ids from `input`. */
function mixIds(input: Input, foreignInput: Input): Input {
  const entries = Object.entries(foreignInput).map(([field, value]) => {
    const ownValue = input[field];
    const isId = [ownValue].flat().every((element) => typeof element === "string" && ID_PATTERN.test(element));
    return [field, isId && ownValue !== undefined ? ownValue : value];
  });
  return Object.fromEntries(entries);
}

/** Matches the id of a record, or of an execution, which starts with the name of its flow. */
const ID_PATTERN = /^([a-z_]+\.)?[a-z]{3}_[0-9a-z]{18}/;

const operationSample = sampleOperations(operations);
const selectOperations = (filter: (operation: Operation) => boolean) =>
  operationSample.filter(filter).map((operation) => [operation.name, operation] as const);
const keyedOperations = selectOperations(({ method, keyed }) => method !== "GET" && keyed);
const versionedOperations = selectOperations(
  (operation) => ["PUT", "PATCH", "DELETE"].includes(operation.method) && operation.kind === "record" && takesRecordId(operation),
);

let app: App;
let ownWorld: World;
let foreignWorld: World;
let writtenWorld: World;
const usersByRole = new Map<Role, TestUser>();
const logLines: string[] = [];
/** The expressions of all commands to the table, without the values that they are sent with. */
const expressions = new Set<string>();
/** Number of commands that have written records. */
let recordWrites = 0;

/** Observes the commands that the app sends to its table. */
function observeCommands({ ports: { database } }: App): void {
  const send = database.send.bind(database);
  database.send = async (command, scope) => {
    for (const expression of listExpressions((command as { input: object }).input)) expressions.add(expression);
    const answer = await send(command, scope);
    if (isRecordWrite(command)) recordWrites++;
    return answer;
  };
}

const listExpressions = (value: unknown): string[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([field, part]) =>
        typeof part === "string" && field.endsWith("Expression") ? [part] : listExpressions(part),
      );

beforeAll(async () => {
  app = await startTestApp({ log: { write: (...line) => logLines.push(JSON.stringify(line)) } });
  observeCommands(app);
  ownWorld = await makeWorld(app, MARK);
  foreignWorld = await makeWorld(app, "OTHER");
  writtenWorld = await makeWorld(app, "WRITTEN");
  await ownWorld.tenant.admin.updateTenant({ settings: { visibility: "all" } });
  for (const role of roles) usersByRole.set(role, await addUser(app, ownWorld.tenant, role));
});
afterAll(() => app.stop());

/** A user with the role. For operations on the caller's own sign-in it is a new user, who is not needed afterwards. */
const provideUser = async ({ access }: Operation, role: Role): Promise<TestUser> =>
  access === "signed_in" ? addUser(app, ownWorld.tenant, role) : (usersByRole.get(role) as TestUser);

const expectNoMark = (answer: WireResponse): void => expect(JSON.stringify(answer).toUpperCase()).not.toContain(MARK);

describe.each(selectOperations(() => true))("%s", (_, operation) => {
  it("rejects unauthorized callers, succeeds with generated input and matches its declared response", async () => {
    const user = operation.access === "signed_in" ? await addUser(app, ownWorld.tenant, "USER") : undefined;
    const token = user?.token ?? ownWorld.tenant.token;
    const input = await inputFor(app, ownWorld, operation, user);
    if (operation.access !== "public") {
      const refusedRole = pickByName(
        roles.filter((role) => !isAllowed(operation, role)),
        operation,
      );
      const forged = `${ownWorld.tenant.token.split(".").slice(0, 2).join(".")}.AAAA`;
      const writesBefore = recordWrites;
      const refusals = [await sendAs(app, undefined, operation, input), await sendAs(app, forged, operation, input)];
      if (refusedRole) refusals.push(await sendAs(app, usersByRole.get(refusedRole)?.token, operation, input));
      expect(refusals.map(({ status }) => status)).toEqual([401, 401, ...(refusedRole ? [403] : [])]);
      for (const answer of refusals) expectNoMark(answer);
      // A refused request is refused before it writes.
      expect(recordWrites - writesBefore).toBe(0);
    }
    const answer = await sendAs(app, token, operation, input);
    expect(formatOutcome(answer)).toBe(`${operation.status} `);
    if (operation.kind === "raw" || operation.kind === "page") return;
    const { success, data } = JSON.parse(answer.body);
    expect(success).toBe(true);
    const rows = operation.kind === "list" ? data : [data];
    for (const row of rows) {
      const parsed = operation.output.safeParse(row);
      expect(parsed.error?.issues ?? []).toEqual([]);
      if (operation.links) expect(row.links.self).toMatch(/^\/api\/v1\//);
    }
    if (operation.kind === "record") expect(answer.headers.etag).toMatch(new RegExp(`^"${data.version}\\.[\\w-]{16}"$`));
  });

  if (operation.access === "public") return;

  const otherRoles = roles.filter((role) => role !== "ADMIN" && isAllowed(operation, role));
  if (otherRoles.length > 0)
    it("succeeds for another authorized role", async () => {
      const user = await provideUser(operation, pickByName(otherRoles, operation) as Role);
      const answer = await sendAs(app, user.token, operation, await inputFor(app, ownWorld, operation, user));
      expect(formatOutcome(answer)).toBe(`${operation.status} `);
    });

  it("neither shows nor changes data of another tenant", async () => {
    const isForAllUsers = operation.access === "signed_in";
    const user = isForAllUsers ? await addUser(app, foreignWorld.tenant, "USER") : undefined;
    const input = await inputFor(app, ownWorld, operation, isForAllUsers ? usersByRole.get("USER") : undefined);
    const foreignInput = await inputFor(app, foreignWorld, operation, user);
    // The foreign tenant sends its own texts with our ids: any mark of ours in the answer is a leak.
    const writesBefore = recordWrites;
    const answer = await sendAs(app, user?.token ?? foreignWorld.tenant.token, operation, mixIds(input, foreignInput));
    expect(answer.status).toBeLessThan(500);
    if (takesRecordId(operation)) expect([answer.status, JSON.parse(answer.body).error?.code]).toEqual([404, "NOT_FOUND"]);
    if (answer.status >= 400) expect(recordWrites - writesBefore).toBe(0);
    expectNoMark(answer);
  });
});

let keyCount = 0;

describe.each(keyedOperations)("%s under an Idempotency-Key", (_, operation) => {
  it("returns the same response to a repeat, and a 422 for another body", async () => {
    const input = await inputFor(app, writtenWorld, operation);
    const idempotencyKey = `key-${++keyCount}`;
    const send = (body: typeof input) => sendAs(app, writtenWorld.tenant.token, operation, body, { idempotencyKey });
    const first = await send(input);
    expect(first.status).toBe(operation.status);
    const second = await send(input);
    expect([second.status, JSON.parse(second.body).data]).toEqual([first.status, JSON.parse(first.body).data]);
    if (operation.method === "DELETE" || Object.keys(input).length === 1) return;
    const field = Object.keys(input).find((name) => name !== "id" && name !== "kind" && typeof input[name] === "string");
    const extraResponse = await send({ ...input, ...(field ? { [field]: input[field] } : {}), extra: 1 });
    expect([400, 422]).toContain(extraResponse.status);
  });

  it("has one effect for concurrent repeats", async () => {
    const input = await inputFor(app, writtenWorld, operation);
    const idempotencyKey = `key-${++keyCount}`;
    const answers = await Promise.all(
      [1, 2, 3].map(() => sendAs(app, writtenWorld.tenant.token, operation, input, { idempotencyKey })),
    );
    const done = answers
      .filter(({ status }) => status === operation.status)
      .map(({ body }) => JSON.stringify(JSON.parse(body).data));
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done).size).toBe(1);
    expect(answers.filter(({ status }) => status !== operation.status && status !== 409)).toEqual([]);
  });
});

describe.each(versionedOperations)("%s with If-Match", (_, operation) => {
  it("rejects a stale version, and accepts the current one", async () => {
    const input = await inputFor(app, writtenWorld, operation);
    const stale = await sendAs(app, writtenWorld.tenant.token, operation, input, { ifMatch: '"999"' });
    expect([stale.status, JSON.parse(stale.body).error?.code]).toEqual([412, "VERSION_CONFLICT"]);
    const nonsense = await sendAs(app, writtenWorld.tenant.token, operation, input, { ifMatch: "nonsense" });
    expect([nonsense.status, JSON.parse(nonsense.body).error.details[0]?.field]).toEqual([400, "If-Match"]);
    const current = Number(/version (\d+)/.exec(JSON.parse(stale.body).error.message)?.[1]);
    const currentResponse = await sendAs(app, writtenWorld.tenant.token, operation, input, { ifMatch: `"${current}"` });
    expect(currentResponse.status).toBe(operation.status);
  });
});

it("logs contain no values", async () => {
  await app.settle();
  expect(logLines.length).toBeGreaterThan(operationSample.length);
  const leaking = logLines.filter((line) => line.toUpperCase().includes(MARK) || line.includes("OTHER-"));
  expect(leaking).toEqual([]);
});

it("expressions of commands to the table contain no values, so no input can change their meaning", async () => {
  await app.settle();
  expect(expressions.size).toBeGreaterThan(20);
  const marked = [...expressions].filter(
    (expression) => /OTHER|WRITTEN/.test(expression) || expression.toUpperCase().includes(MARK),
  );
  expect(marked).toEqual([]);
});
