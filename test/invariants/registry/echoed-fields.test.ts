import { operations } from "@crm/functions/api/index.ts";
import { findRead } from "@crm/functions/http/echoed-fields.ts";
import { hasQueryInput, inputSchema, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import { isSystemField } from "@crm/functions/http/system-fields.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { type Input, inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/** Fields of answers that come back in requests: a GET can be sent back as a PUT, and nothing that a client wrote is dropped without a word. */

/** Returns the fields of an operation's answer that it does not take and that not only the system sets. */
function listEchoedFields(operation: Operation): string[] {
  if (!(operation.output instanceof z.ZodObject)) return [];
  const inputFields = inputSchema(operation).shape;
  const inPath = pathParameterNames(operation.path);
  return Object.entries(operation.output.shape as Record<string, z.ZodType>).flatMap(([field, schema]) =>
    Object.hasOwn(inputFields, field) || inPath.includes(field) || isSystemField(field, schema) ? [] : [field],
  );
}

const writes = operations.filter(
  ({ method, kind, takesBytes, takesFile, onlyReads }) =>
    !hasQueryInput(method) && kind !== "page" && kind !== "list" && !takesBytes && !takesFile && !onlyReads,
);
const creates = writes.filter(({ method, path }) => method === "POST" && !path.includes("{") && !path.includes("/batch"));
const ownReplacements = operations.filter(
  (operation) =>
    operation.method === "PUT" && operation.kind === "record" && findRead(operation, operations)?.path === operation.path,
);
const outputName = (operation: Operation | undefined): string | undefined => operation?.output.meta()?.id;
/** Their GET answers more than the record: the rows of a report, and the value of a KPI. */
const partialReplacements = ownReplacements.filter(
  (operation) => outputName(operation) !== outputName(findRead(operation, operations)),
);
const replacements = ownReplacements.filter((operation) => !partialReplacements.includes(operation));

let app: App;
let world: World;
beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, MARK);
});
afterAll(() => app.stop());

const send = (operation: Operation, input: Input) => sendAs(app, world.tenant.token, operation, input);
const parseBody = ({ body }: { body: string }) => JSON.parse(body);

it("finds the GET of every operation that changes a record with such fields", () => {
  const changes = writes.filter(({ method }) => method === "PUT" || method === "PATCH");
  const withFields = changes.filter((operation) => listEchoedFields(operation).length > 0);
  // The answer to a follower is the same for all kinds, and has no record.
  const without = withFields.filter((operation) => !findRead(operation, operations) && !operation.path.endsWith("/follow"));
  console.log(
    `${withFields.length} changes with ${withFields.flatMap(listEchoedFields).length} fields of the answer that are no input`,
  );
  // These answer another record than the one that they change. Such fields of it are refused.
  expect(without.map(({ name }) => name)).toEqual([
    "replaceOpportunityProduct",
    "submitForecast",
    "replaceDealItem",
    "replaceQuoteLine",
    "annotateReengagementStats",
    "addMyFavorite",
    "setDefaultView",
  ]);
});

const name = ({ name }: Operation) => name;

it("replaces each record by what its GET answers, except for those with more than the record", () => {
  expect(partialReplacements.map(name).sort()).toEqual(["replaceKpi", "replaceReport"]);
});

const sample = (all: readonly Operation[]) =>
  selectSample(all, { name, kind: ({ method }) => method }).map((operation) => [operation.name, operation] as const);

describe.each(sample(creates.filter((operation) => listEchoedFields(operation).length > 0)))("%s", (_, operation) => {
  it("refuses each field of its answer that it does not take, by name", async () => {
    const fields = listEchoedFields(operation);
    const input = await inputFor(app, world, operation);
    const answer = await send(operation, { ...input, ...Object.fromEntries(fields.map((field) => [field, "given"])) });
    const { details = [] } = parseBody(answer).error ?? {};
    expect([answer.status, details.map(({ field }: { field: string }) => field).sort()]).toEqual([400, fields.sort()]);
  });
});

describe.each(sample(replacements))("%s", (_, operation) => {
  it("changes nothing with the answer of a GET, and refuses other values of fields that it does not take", async () => {
    const read = findRead(operation, operations) as Operation;
    const input = await inputFor(app, world, operation);
    const inPath = Object.fromEntries(pathParameterNames(operation.path).map((field) => [field, input[field]]));
    const stored = parseBody(await send(read, inPath)).data;
    const answer = await send(operation, { ...stored, ...inPath });
    expect([answer.status, parseBody(answer).error?.details]).toEqual([operation.status, undefined]);
    expect(parseBody(await send(read, inPath)).data).toEqual(stored);
    const fields = listEchoedFields(operation).filter((field) => field in stored);
    if (fields.length === 0) return;
    const others = Object.fromEntries(fields.map((field) => [field, `not ${JSON.stringify(stored[field])}`]));
    const refusal = await send(operation, { ...stored, ...others, ...inPath });
    const { details = [] } = parseBody(refusal).error ?? {};
    expect([refusal.status, details.map(({ field }: { field: string }) => field).sort()]).toEqual([400, fields.sort()]);
  });
});
