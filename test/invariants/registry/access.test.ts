import { BatchGetCommand, GetCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { domains } from "@crm/core/domains.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import { type Role, roles } from "@crm/core/kernel/permission.ts";
import { noGeocoder, type Ports } from "@crm/core/kernel/ports.ts";
import { buildActorContext } from "@crm/core/platform/sign-in/actor-context.ts";
import { deriveGeneration } from "@crm/core/storage/vault/key-derivation.ts";
import { operations } from "@crm/functions/api/index.ts";
import { buildRequest } from "@crm/functions/derive/client.ts";
import { httpHandler } from "@crm/functions/http/handler.ts";
import { type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import { createOperations } from "@crm/functions/http/operation-runner.ts";
import { tableDatabase } from "@crm/local/table-engine/table-database.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { createMemoryEngine } from "../../local/table-engine/memory-engine.ts";
import { type AppHandlers, addUser, signUp } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

/**
 * Access control: every operation, called without a token, with forged tokens, and by each role. Only the lookup of the caller works: the
 * database rejects all other commands, and an operation that starts to read its input counts as allowed.
 */
const table = tableDatabase(createMemoryEngine("crm"));
/** Whether all commands fail except the lookup of the caller and the request counter. */
let isClosed = false;
const isCallerLookup = (command: object): boolean =>
  [GetCommand, BatchGetCommand, QueryCommand].some((Kind) => command instanceof Kind) ||
  (command instanceof UpdateCommand && String(command.input.Key?.pk).includes("#RATE#"));
const database: Ports["database"] = {
  table: table.table,
  send: async (command, scope) =>
    isClosed && !isCallerLookup(command)
      ? expect.fail(`The database was touched by ${command.constructor.name}`)
      : table.send(command, scope),
};
const untouchablePort = (name: string) => new Proxy({}, { get: () => expect.fail(`The port ${name} was touched`) });
const ports = partOf<Ports>({
  domains,
  database,
  secrets: { get: async (group: KeyGroup) => JSON.stringify([deriveGeneration("a secret of at least thirty-two bytes", group)]) },
  log: { write: () => undefined },
  geocoder: noGeocoder,
  origin: "http://127.0.0.1",
  ...Object.fromEntries(["bus", "mail", "keys", "files", "objects"].map((name) => [name, untouchablePort(name)])),
});
const handler = httpHandler(operations, ports);

const tokens = new Map<Role, string>();
const userIds = new Map<Role, string>();
let tenantId: string;
let forgedToken: string;

beforeAll(async () => {
  const app = { ports, handlers: partOf<AppHandlers["handlers"]>({}) };
  const tenant = await signUp(app);
  tenantId = tenant.id;
  for (const role of roles) {
    const { id, token } = await addUser(app, tenant, role);
    tokens.set(role, token);
    userIds.set(role, id);
  }
  forgedToken = `${tenant.token.split(".").slice(0, 2).join(".")}.AAAA`;
  isClosed = true;
});

const LET_IN = "let in";

/** The status that an operation answers to a token, or `let in` once it starts to read the input. */
async function requestOperation(operation: Operation, token: string | undefined): Promise<number | typeof LET_IN> {
  const { method, path } = buildRequest(
    operation,
    Object.fromEntries(pathParameterNames(operation.path).map((name) => [name, "any"])),
  );
  let isRead = false;
  const input = (): never => {
    isRead = true;
    throw new Error("The input was read");
  };
  const event = {
    rawPath: path,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    requestContext: { http: { method, sourceIp: "127.0.0.1", userAgent: "test" }, requestId: "req" },
    get rawQueryString() {
      return input();
    },
    get body() {
      return input();
    },
  };
  const { statusCode = 0 } = await handler(event as unknown as APIGatewayProxyEventV2);
  return isRead ? LET_IN : statusCode;
}

const grantedRoles = (access: Exclude<Operation["access"], "public">): readonly Role[] =>
  access === "signed_in" ? roles : access.roles;

describe.each(operations.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
  const { access } = operation;
  if (access === "public") {
    it("needs no authentication", async () => {
      expect(await requestOperation(operation, undefined)).toBe(LET_IN);
    });
    return;
  }

  it("rejects missing, forged and unknown tokens, and admits exactly its declared roles", async () => {
    for (const token of [undefined, forgedToken, "crm_unknown", "nonsense"])
      expect([token, await requestOperation(operation, token)]).toEqual([token, 401]);
    const answers = await Promise.all(roles.map(async (role) => [role, await requestOperation(operation, tokens.get(role))]));
    expect(answers).toEqual(roles.map((role) => [role, grantedRoles(access).includes(role) ? LET_IN : 403]));
  });
});

async function buildOwnerContext(role: Role): Promise<Context> {
  const owner = userIds.get(role) ?? "";
  const context = await runIn(systemContext(ports, tenantId, "test"), () =>
    buildActorContext(owner, { authority: "reader", request: "wfe_test" }),
  );
  if (!context) throw new Error(`The ${role} cannot sign in`);
  return context;
}

/** The answer of an operation that a workflow runs with the rights of its owner: FORBIDDEN, NOT_FOUND if no workflow can run it, or `let in`. */
async function runStep({ name }: Operation, context: Context): Promise<string> {
  try {
    await runIn(context, () => createOperations().run(name, {}));
    return LET_IN;
  } catch (error) {
    return isFailure(error, "FORBIDDEN") ? "FORBIDDEN" : isFailure(error, "NOT_FOUND") ? "NOT_FOUND" : LET_IN;
  }
}

it("a step of a workflow runs an operation for the roles of its owner that the operation declares, and no others", async () => {
  const wrong: string[] = [];
  let runnable = 0;
  const contexts = await Promise.all(roles.map(buildOwnerContext));
  for (const operation of operations) {
    const answers = await Promise.all(contexts.map((context) => runStep(operation, context)));
    if (answers.every((answer) => answer === "NOT_FOUND")) continue;
    runnable++;
    const granted = operation.access === "public" ? [] : grantedRoles(operation.access);
    for (const [index, role] of roles.entries())
      if (granted.includes(role) === (answers[index] === "FORBIDDEN")) wrong.push(`${operation.name} ${role}: ${answers[index]}`);
  }
  expect(wrong).toEqual([]);
  expect(runnable).toBeGreaterThan(300);
});
