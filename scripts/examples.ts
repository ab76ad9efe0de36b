import { writeFileSync } from "node:fs";
import { operations } from "@crm/functions/api/index.ts";
import { responseName } from "@crm/functions/derive/responses.ts";
import { hasQueryInput, inputSchema, type Operation, operationPath, pathParameterNames } from "@crm/functions/http/operation.ts";
import * as z from "zod";
import { type Input, inputFor, makeWorld, sendAs, type World } from "../test/invariants/registry/world.ts";
import { addUser, startTestApp, type TestUser } from "../test/support/app.ts";
import { buildInputs, exampleValues, illustrativeFields } from "./samples/example-inputs.ts";

/**
 * `npm run examples`: calls every operation of a running system, and writes requests and responses to the file of examples for the OpenAPI document.
 * Ids and instants are replaced by fixed ones, so that the file changes only when the responses do.
 */
const FILE = new URL("../packages/functions/src/docs/examples.data.ts", import.meta.url);
/** Unreadable texts longer than this are keys, tokens and signed URLs, which are masked. */
const MIN_UNREADABLE_CHARACTERS = 41;
const MORNING = "2026-03-02T09:00:00.000Z";

let now = Date.parse(MORNING);
const app = await startTestApp({ time: () => now++ });
const baseWorld = await makeWorld(app, "Sample");
const world: World = {
  ...baseWorld,
  seeds: { ...baseWorld.seeds, values: { ...baseWorld.seeds.values, ...exampleValues, where: undefined } },
};
const plainLead = await world.tenant.admin.createLead({ last_name: "Hopper", email: "hopper@navy.example", company: "Navy" });
const otherLead = await world.tenant.admin.createLead({ last_name: "Turing", email: "turing@navy.example", company: "Navy" });
const inputs = buildInputs({ ...world.seeds.ids, plainLead: plainLead.data.id, plainPerson: otherLead.data.personal_key_id });
const requests: Record<string, Input> = {};
const answers: Record<string, unknown> = {};

const documentedOperations = operations.filter(({ kind }) => kind !== "page" && kind !== "raw");
// Lists are called last, when they have entries.
const isList = ({ kind }: Operation): boolean => kind === "list";
for (const operation of documentedOperations.filter((documentedOperation) => !isList(documentedOperation)))
  await recordExample(operation);
await app.settle();
for (const operation of documentedOperations.filter(isList)) await recordExample(operation);
await app.stop();
const FILE_HEAD = `import type { Examples } from "../derive/openapi.ts";

/** Requests to a running system, and its responses; written by scripts/examples.ts. */
export const examples: Examples = `;
writeFileSync(FILE, `${FILE_HEAD}${serializeExamples({ requests, answers })};\n`);
console.log(
  `${Object.keys(requests).length} requests and ${Object.keys(answers).length} responses of ${documentedOperations.length} operations`,
);

async function recordExample(operation: Operation): Promise<void> {
  const user = operation.access === "signed_in" ? await addUser(app, world.tenant, "ADMIN") : undefined;
  const { input, answer } = await requestExample(operation, user);
  const inPath = new Set(pathParameterNames(operation.path));
  const body = Object.entries(input).filter(([field, value]) => !inPath.has(field) && value !== undefined);
  if (!hasQueryInput(operation.method) && Object.keys(inputSchema(operation).shape).some((field) => !inPath.has(field)))
    requests[operation.name] = Object.fromEntries(body);
  const { data, ...rest } = JSON.parse(answer) as { data: unknown };
  answers[responseName(operation)] ??= { ...rest, data: shorten(data) };
}

/** Sends the operation with as few fields as it accepts, or with all of them. Returns the input and the response. */
async function requestExample(operation: Operation, user: TestUser | undefined): Promise<{ input: Input; answer: string }> {
  const token = operation.access === "public" ? undefined : (user?.token ?? world.tenant.token);
  const exampleInput = inputs[operation.name] ?? buildQuery(operation);
  const inPath = pathParameterNames(operation.path);
  const send = async (choose: (input: Input) => Input) => {
    const input = choose(
      exampleInput && inPath.every((field) => Object.hasOwn(exampleInput, field))
        ? exampleInput
        : await inputFor(app, world, operation, user),
    );
    return { input, ...(await sendAs(app, token, operation, input)) };
  };
  const { required = [] } = z.toJSONSchema(inputSchema(operation), { io: "input", unrepresentable: "any" });
  const keep = new Set([
    ...inPath,
    ...(exampleInput ? [] : required),
    ...(exampleInput || hasQueryInput(operation.method) || operation.onlyReads ? [] : illustrativeFields),
  ]);
  const fewest = (input: Input): Input => ({
    ...Object.fromEntries(Object.entries(input).filter(([field]) => keep.has(field))),
    ...exampleInput,
  });
  const tries = [fewest, (input: Input): Input => input];
  for (const choose of tries) {
    const { input, status, body } = await send(choose);
    if (status === operation.status) return { input, answer: body };
    if (choose === tries.at(-1))
      throw new Error(`${operation.name} ${operationPath(operation)}: ${status} ${body}\n${JSON.stringify(input)}`);
  }
  throw new Error("Unreachable");
}

/** Returns the input of a list with conditions that has no example input. */
function buildQuery({ method, verb, kind }: Operation): Input | undefined {
  return kind === "list" && !hasQueryInput(method) && Object.hasOwn((verb.schema as z.ZodObject).shape, "where")
    ? { limit: 20 }
    : undefined;
}

/** Serialises the examples, one a line, with fixed ids, instants and random values. */
function serializeExamples(examples: { requests: object; answers: object }): string {
  const rooms = Object.entries(examples).map(([room, all]) => {
    const lines = Object.entries(all).map(
      ([name, example]) => `${JSON.stringify(name)}:${JSON.stringify(example, maskUnreadable)}`,
    );
    return `${JSON.stringify(room)}:{\n${lines.join(",\n")}\n}`;
  });
  const replacements = new Map<string, string>();
  const again = (part: string, make: (n: number) => string): string => {
    if (!replacements.has(part)) replacements.set(part, make(replacements.size + 1));
    return replacements.get(part) as string;
  };
  const ofId = (part: string): string => again(part, (n) => `01kjp8w200${n.toString().padStart(8, "0")}`);
  return `{\n${rooms.join(",\n")}\n}`
    .replaceAll(
      /\b([a-z]{3})_([0-9a-hjkmnp-tv-z]{18})(?:([a-z])([0-9a-hjkmnp-tv-z]{18}))?\b/g,
      (_, prefix, ownId, letter, owner) => `${prefix}_${ofId(ownId)}${letter ? letter + ofId(owner) : ""}`,
    )
    .replaceAll(new RegExp(`(?:${MORNING.slice(0, 10)}|${new Date().toISOString().slice(0, 10)})T[\\d:.]+Z`, "g"), MORNING)
    .replaceAll(/(T\d\d:\d\d):[\d.]+Z/g, "$1:00.000Z")
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (id) =>
      again(id, (n) => `00000000-0000-4000-8000-${n.toString().padStart(12, "0")}`),
    )
    .replaceAll(/\b(Sample|sample)[-.\w]*@mail\.example/g, "grace@navy.example")
    .replaceAll(/\bSample[- ]\d+/g, "Sample")
    .replaceAll(world.tenant.slug, "harbour")
    .replaceAll(/\bs-[0-9a-f]{8}\b/g, (slug) => again(slug, (n) => `tenant-${n}`));
}

/**
 * Shortens a response: the first element of a list (all numbers, both of a pair), only the link to the record itself, and no content of schemas and
 * custom fields.
 */
function shorten(value: unknown, field = ""): unknown {
  if (Array.isArray(value) && value.every((element) => typeof element === "number")) return value;
  if (Array.isArray(value)) return value.slice(0, 1).map((element) => (Array.isArray(element) ? element : shorten(element)));
  if (value === null || typeof value !== "object") return value;
  if (field === "schema") return { type: "object" };
  if (field === "custom_fields") return {};
  const entries = Object.entries(value).filter(([name]) => field !== "links" || name === "self");
  return Object.fromEntries(entries.map(([name, innerValue]) => [name, shorten(innerValue, name)]));
}

function maskUnreadable(field: string, value: unknown): unknown {
  if (field === "hint") return "wxyz";
  if (typeof value === "string" && value.startsWith("rk_test_")) return "rk_test_0123456789abcdef";
  // Secrets in an address; the address stays one, with its ids.
  if (typeof value === "string" && /^https?:/.test(value))
    return value.replaceAll(/(?<=[/.])(?!\w{3}_)[\w-]{20,}(?=[/.]|$)/g, "zVq3kP9wXr7TnB2s");
  const isReadable = typeof value !== "string" || value.length <= MIN_UNREADABLE_CHARACTERS || /[\s@]|^\//.test(value);
  return isReadable ? value : "eyJhbGciOiJFZERTQSJ9…";
}
