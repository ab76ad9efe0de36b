import { Clock } from "@crm/core/kernel/clock.ts";
import { operations } from "@crm/functions/api/index.ts";
import { buildRequest, type WireResponse } from "@crm/functions/derive/client.ts";
import { inputSchema, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { inProcessTransport, type Tenant, type TestUser } from "../../support/app.ts";
import { generateValue, type InputSeeds } from "./input-generator.ts";

/** A tenant full of marked values. It provides a valid input for any operation, with records for it to act on. */
export interface World {
  tenant: Tenant;
  seeds: InputSeeds;
  /** Records for operations that do not change them, created once. */
  sharedIds?: Map<string, string>;
}

export const MARK = "MARKED";

export type Input = Record<string, unknown>;

/** Builds a valid input for an operation, with records of its own that it acts on. `who` is the user who will call it. */
export type InputBuilder = (app: App, world: World, user?: TestUser) => Promise<Input>;

/** What a domain adds to the generated tests: each `factory.ts` below `test` exports one. */
export interface DomainFactory {
  /** Creates the records that inputs of any operation refer to, by the name of the kind. */
  readonly ids?: Record<string, (world: WorldInProgress) => Promise<string>>;
  /** Builds inputs, by the name of the operation, where the input generated from its schema is not enough. */
  readonly inputs?: Record<string, InputBuilder>;
  /** Creates a record, by the path of its collection, where its create operation is not enough. */
  readonly targets?: Record<string, (app: App, world: World, user?: TestUser) => Promise<string>>;
  /** Paths of collections whose records only their creator sees. */
  readonly privatePaths?: readonly string[];
}

/** A world whose records are being created. */
export interface WorldInProgress {
  readonly tenant: Tenant;
  readonly mark: string;
  /** Returns the id of a kind's record, which it creates first if necessary. */
  readonly id: (kind: string) => Promise<string>;
}

const factories: DomainFactory[] = [];

export const registerFactories = (added: readonly DomainFactory[]): void => void factories.push(...added);

export const findOperation = (name: string): Operation => {
  const found = operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`No operation ${name}`);
  return found;
};

/** Sends an operation's input as a caller and returns the raw answer. */
export async function sendAs(
  app: App,
  token: string | undefined,
  operation: Operation,
  input: Input,
  options: Parameters<typeof buildRequest>[2] = {},
): Promise<WireResponse> {
  return inProcessTransport(app, token)(buildRequest(operation, input, options));
}

export const parseData = <D = Record<string, unknown>>(answer: WireResponse): D => {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.body.slice(0, 500)}`);
  return (JSON.parse(answer.body) as { data: D }).data;
};

export const nextMonth = (): string => new Date(Clock.ms() + 30 * 24 * 60 * 60_000).toISOString();

/** The input of exports whose list needs a parent or a kind. */
export const exportInput = (name: string): Input => (name === "exportMasters" ? { kind: "lead_sources" } : {});

let addressCount = 0;

/** An address gets at most 30 emails an hour, so each offer and each signer gets its own. */
export const nextAddress = (name: string): string => `${name}-${++addressCount}@mail.example`;

/** A file of leads whose last row is invalid. */
export function buildLeadsFile({ seeds: { mark } }: World, rows = 1): string {
  const row = (n: number) => `${mark}-first,${mark}-last${n},${mark.toLowerCase()}${n}@file.example`;
  return [
    "first_name,last_name,email",
    ...Array.from({ length: rows }, (_, n) => row(n)),
    `${mark}-no,${mark}-address,none@`,
  ].join("\n");
}

/** A file of records for a list: leads or persons with an invalid last row; otherwise the input of the create operation. */
function buildListFile(world: World, list: string): string {
  if (list === "/leads" || list === "/persons") return buildLeadsFile(world);
  const input = generateValue(inputSchema(findCreateOperation(list)), world.seeds) as Input;
  const cells = Object.entries(input).filter(([, value]) => typeof value === "string");
  return [cells.map(([name]) => name), cells.map(([, value]) => value)].join("\n");
}

/** Creates an upload and stores the bytes of its file. */
export async function makeUpload(app: App, { tenant, seeds: { mark } }: World, file: string, who?: TestUser): Promise<string> {
  const about = { file_name: `${mark}.csv`, content_type: "text/csv", size: Buffer.byteLength(file) } as const;
  const made = await (who?.client ?? tenant.admin).createUpload(about).catch(() => tenant.admin.createUpload(about));
  await app.objects.write(`${tenant.id}/uploads/${made.data.upload_id}`, Buffer.from(file));
  return made.data.upload_id;
}

export async function makeOnce({ sharedIds: known }: World, what: string, make: () => Promise<string>): Promise<string> {
  const id = known?.get(what) ?? (await make());
  known?.set(what, id);
  return id;
}

/** The operation that creates records at a path. */
export function findCreateOperation(path: string): Operation {
  const create = operations.find((operation) => operation.method === "POST" && operation.path === path);
  if (!create) throw new Error(`Nothing creates what is at ${path}: give the operation a special input`);
  return create;
}

export async function makeTarget(app: App, world: World, path: string, who?: TestUser): Promise<string> {
  const build = factories.map(({ targets }) => targets?.[path]).find(Boolean);
  return build ? build(app, world, who) : createRecord(app, world, path, who);
}

/** Creates a record with the create operation of its path. */
export async function createRecord(app: App, world: World, path: string, who?: TestUser): Promise<string> {
  const create = findCreateOperation(path);
  const input = await inputFor(app, world, create);
  return String(parseData(await sendAs(app, who?.token ?? world.tenant.token, create, input)).id);
}

/** Whether an operation starts a job: a caller can have a few at a time (docs/api.md, Jobs in a row). */
export const startsJob = ({ method, path }: Operation): boolean =>
  method !== "GET" && /\/(?:export|import|fill)$|^\/(?:tags|bulk-changes|territories)(?:\/|$)/.test(path);

/** A valid input for the operation, with its own target record if it acts on one. Jobs that were started before have ended. */
export async function inputFor(app: App, world: World, operation: Operation, who?: TestUser): Promise<Input> {
  if (startsJob(operation)) await app.settle();
  // A query takes the same input as its list.
  const names = [operation.name, operation.name.replace(/^query/, "list")];
  const build = names.flatMap((name) => factories.map(({ inputs }) => inputs?.[name])).find(Boolean);
  if (build) return build(app, world, who);
  if (operation.path.endsWith("/batch")) {
    const create = findCreateOperation(operation.path.replace(/\/batch$/, ""));
    const item = await inputFor(app, world, create, who);
    const inPath = pathParameterNames(create.path).map((name) => [name, item[name]]);
    return { ...Object.fromEntries(inPath), operation: "create", items: [item] };
  }
  if (operation.takesFile) {
    const list = operation.path.replace(/\/import$/, "");
    return { upload_id: await makeUpload(app, world, buildListFile(world, list), who) };
  }
  const generated = generateValue(inputSchema(operation), world.seeds) as Input;
  if (!pathParameterNames(operation.path).includes("id")) return generated;
  const [collection = ""] = operation.path.split("/{id}");
  const isToGo = operation.path.endsWith("/restore");
  const maker = factories.some(({ privatePaths }) => privatePaths?.includes(collection)) ? who : undefined;
  const make = () => makeTarget(app, world, collection, maker);
  const id = await (isToGo || maker ? make() : makeOnce(world, collection, make));
  if (isToGo) {
    const remove = operations.find((each) => each.method === "DELETE" && each.path === `${collection}/{id}`) as Operation;
    parseData(await sendAs(app, maker?.token ?? world.tenant.token, remove, { ...generated, id }));
  }
  return { ...generated, id };
}

/** Whether the operation acts on the record of an id in its path. */
export const takesRecordId = (operation: Operation): boolean => pathParameterNames(operation.path).includes("id");
