import { AsyncLocalStorage } from "node:async_hooks";
import { DatabaseSync } from "node:sqlite";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { accessName, NOBODY } from "@crm/aws/access.ts";
import { type Command, operate, PARKED } from "@crm/aws/operator.ts";
import { EXPORT } from "@crm/core/export/export.domain.ts";
import { IMPORT } from "@crm/core/import/import.domain.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { isInContext, runIn, systemContext, useActorId, useRequest } from "@crm/core/kernel/context.ts";
import { isId } from "@crm/core/kernel/id.ts";
import type { Database, Objects } from "@crm/core/kernel/ports.ts";
import type { Scope } from "@crm/core/kernel/scope.ts";
import type { PortUse } from "@crm/core/kernel/uses.ts";
import { changeOf } from "@crm/core/storage/project/change.ts";
import { ALL, counterKey } from "@crm/core/storage/read/counter.ts";
import { type FunctionName, functionNames, operations } from "@crm/functions/api/index.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { usesOfApi } from "../../stacks/entries.ts";
import { operator, stream } from "../../stacks/house.ts";
import { streamFilters } from "../../stacks/stream.ts";
import { available, inTurn, publish } from "../assignment/support.ts";
import { sendFile } from "../import/support.ts";
import { notify } from "../notification/support.ts";
import { inputFor, makeWorld, sendAs, type World } from "../registry/world.ts";
import { addUser, newLead, OF_TEST, startTestApp, type Tenant } from "../support.ts";
import { all, allows, passes, questionsOf, statementsOf } from "./iam.ts";
import { account, functionNamed, ofType, type Resource, synthesize } from "./synth.ts";

/**
 * Whether the deployed system could do what it does: every operation, schedule and subscriber is run over the embedded
 * database, and each command is held against the policies of the template, as AWS would. What is refused is too narrow;
 * what is allowed and never asked for is too wide.
 */
let resources: ReadonlyMap<string, Resource>;
let app: App;
let world: World;

const errors: string[] = [];

/** The deployed function that acts, where the actor's name does not tell. */
const acting = new AsyncLocalStorage<string>();
const refused = new Set<string>();
const used = new Set<string>();
/** For what no function of the system does. */
let unwatched: (command: object) => Promise<unknown>;
let tableName: string;

beforeAll(async () => {
  ({ resources } = await synthesize());
  const write = (level: string, message: string) => level === "error" && errors.push(message);
  app = watched(await startTestApp({ log: { write } }));
  world = await makeWorld(app, "MARKED");
  await everything();
}, 180_000);
afterAll(() => app.stop());

/** The app with its commands looked at, and its handlers told which function they are. */
function watched(started: App): App {
  const { database } = started.ports;
  tableName = database.table;
  unwatched = (command) => database.send(command, { tenant: undefined, keyspaces: [] });
  const asked = (): Database => ({
    table: database.table,
    send(command, scope) {
      ask(command, scope);
      return database.send(command, scope);
    },
  });
  // What a process remembers goes by its database: each function of the system has its own.
  const databases = new Map<string, Database>();
  Object.defineProperty(started.ports, "database", {
    get() {
      const name = acting.getStore() ?? systemFunction();
      const process = isRequest(name) ? "request" : name;
      const own = databases.get(process) ?? asked();
      databases.set(process, own);
      return own;
    },
  });
  started.ports.objects = watchedObjects(started.ports.objects);
  watchPorts(started.ports);
  const handlers = Object.fromEntries(
    functionNames.map((name) => [name, (event: never) => acting.run(name, () => started.handlers[name](event))]),
  ) as App["handlers"];
  return { ...started, handlers };
}

/** What stands for each port that functions name. */
const named = { mail: "mail", bus: "bus", secrets: "secrets", keys: "seal", files: "dead_letters", domains: "domains" } as const;

/** Functions and the ports that they asked for, by name. */
const asked = new Set<string>();

/** Ports that say which function asks for them: deployed, it has those that it names, and no others. */
function watchPorts(ports: App["ports"]): void {
  for (const [port, use] of Object.entries(named)) {
    const own = ports[port as keyof typeof named];
    Object.defineProperty(ports, port, {
      get() {
        // The test itself asks outside of any function.
        if (acting.getStore() !== undefined || isInContext()) asked.add(`${acting.getStore() ?? systemFunction()} ${use}`);
        return own;
      },
    });
  }
}

/** The ports that each deployed function names. */
const usesOf = (): Map<string, readonly PortUse[]> =>
  new Map([
    ...functionNames.map((name) => [name, usesOfApi(name)] as const),
    ...subscribers.map(({ name, listener }) => [`subscribe-${name}`, listener.uses ?? []] as const),
    ...schedules.map(({ name, declared }) => [`schedule-${name}`, declared.uses ?? []] as const),
    ["stream", stream.uses],
    ["operator", operator.uses],
  ]);

/** Objects with what S3 would be asked for, or a link would be signed for, held against the policies as well. */
function watchedObjects(objects: Objects): Objects {
  const asked = (key: string, ...actions: string[]): void => {
    const [tenant = "", kind = "", ...rest] = key.split("/");
    for (const action of actions) askObject(action, `${FILES}/${kind}/${tenant}/${rest.join("/")}`);
  };
  return {
    write: (key, body) => {
      asked(key, "PutObject");
      return objects.write(key, body);
    },
    open: (key) => {
      asked(key, "GetObject", "ListBucket");
      return objects.open(key);
    },
    delete: (prefix) => {
      asked(prefix, "DeleteObject", "ListBucket");
      return objects.delete(prefix);
    },
    links: {
      upload: (key, about) => {
        asked(key, "PutObject");
        return objects.links.upload(key, about);
      },
      download: (key, about) => {
        asked(key, "GetObject");
        return objects.links.download(key, about);
      },
    },
  };
}

const FILES = "<storage/files>";

/** Objects are reached under a function's own role. */
function askObject(action: string, key: string): void {
  const name = acting.getStore() ?? systemFunction();
  const role = roleOf(name);
  const resource = (action === "ListBucket" ? FILES : key).replace(FILES, bucketOf("files"));
  used.add(`${role} s3:${action}`);
  if (!functionNamed(resources, name).properties.Environment.Variables.CRM_FILES) refused.add(`${name} knows no bucket`);
  if (!allows(statementsOf(resources, role), { action: `s3:${action}`, resource, context: {} }))
    refused.add(`${name}: s3:${action} on ${resource}`);
}

const bucketOf = (name: string): string => {
  const [id] = ofType(resources, "AWS::S3::Bucket").find(([each]) => new RegExp(`^storage/${name}[0-9A-F]{8}$`).test(each)) ?? [];
  return `<${id}>`;
};

async function everything(): Promise<void> {
  const { tenant, fillings } = world;
  for (const operation of operations) {
    const who = operation.access === "signed_in" ? await addUser(app, tenant, "USER") : undefined;
    const input = await inputFor(app, world, operation, who);
    const answer = await sendAs(app, who?.token ?? tenant.token, operation, input);
    if (answer.status !== operation.status) throw new Error(`${operation.name}: ${answer.status} ${answer.body.slice(0, 300)}`);
  }
  const call = async (name: string, token: string | undefined, input: object = {}) => {
    const operation = operations.find((each) => each.name === name) as Operation;
    const answer = await sendAs(app, token, operation, input as Record<string, unknown>);
    if (answer.status >= 300) throw new Error(`${name}: ${answer.status} ${answer.body.slice(0, 300)}`);
  };
  await files(tenant);
  await notifications(tenant);
  await assignments(tenant);
  await conversion(tenant);
  const { data: key } = await tenant.admin.createApiKey({ name: `${fillings.mark} key`, role: "ADMIN" });
  const soon = new Date(Clock.ms() + 600_000).toISOString();
  const { data: lead } = await tenant.admin.createLead({ ...newLead(), next_contact_date: soon });
  // Its score is another then.
  await call("createInteraction", tenant.token, { personal_key_id: lead.personal_key_id, interaction_type_id: "download" });
  // A path that is declared when there is something to be found by it.
  await call("createPerson", tenant.token, { first_name: "Found", custom_attributes: { found: "x" } });
  await app.settle();
  await call("createSearchPath", tenant.token, { entity: "person", path: "custom_attributes.found" });
  const found = { field_label: "Found", field_type: "text", is_filterable: true };
  await call("createCustomField", tenant.token, { entity_type: "lead", field_name: "found", ...found });
  const { data: dropped } = await tenant.admin.createCustomField({
    entity_type: "lead",
    field_name: "dropped",
    ...found,
  } as never);
  await tenant.admin.updateCustomField({ id: dropped.id, is_filterable: false });
  // What is remembered for a minute is read again.
  for (const name of ["signingKeys", "me"]) {
    app.setClock({ advance: 61_000 });
    await call(name, name === "me" ? tenant.token : undefined);
  }
  await call("listLeads", key.key);
  await app.scheduler.run("due");
  await app.settle();
  app.setClock({ advance: 100 * 24 * 60 * 60 * 1000 });
  await app.settle();
  await unwatched(miscount(tenant.id));
  for (const { name } of schedules) await app.scheduler.run(name);
  await app.settle();
  await park(lead.id);
  const commands: Command[] = [
    { action: "suspend", tenant_id: tenant.id, reason: "unpaid" },
    { action: "resume", tenant_id: tenant.id },
    { action: "recount", tenant_id: tenant.id },
    { action: "redrive" },
    { action: "rotate-keys" },
  ];
  for (const command of commands) await acting.run("operator", () => operate(command, app.ports, 0));
}

/** More unread notifications than one request marks as read, and one that goes to its user by mail. */
async function notifications(tenant: Tenant): Promise<void> {
  const user = await addUser(app, tenant, "MANAGER");
  await acting.run("subscribe-notifications", () => notify(app, tenant, user, 100));
  await user.as.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } });
  await tenant.admin.createLead(newLead({ owner_id: user.id }));
  await user.as.readAllNotifications();
  await app.settle();
}

/** Leads that a rule gives away, wherever they come from; one that waits, and those of a user who goes away. */
async function assignments({ admin, token }: Tenant): Promise<void> {
  const [user, other] = [await addUser(app, world.tenant, "SALES_REP"), await addUser(app, world.tenant, "SALES_REP")];
  await publish(world.tenant, { otherwise: inTurn([user, other]) });
  await admin.updateTenant({ settings: { new_lead_owner: "rule" } });
  app.setClock({ advance: 61_000 });
  await admin.createLead(newLead());
  const { data: form } = await admin.createForm({ name: "Form", kind: "web_form", makes_lead: true } as never);
  const said = { key: form.key, first_name: "Fay", last_name: "Form", email: "fay@form.example" };
  await sendAs(app, undefined, operations.find(({ name }) => name === "submitPublicForm") as Operation, said);
  await sendFile(app, token, "/leads/import", "first_name,last_name\nIda,Imported\n");
  await app.settle();
  await admin.createLead(newLead({ owner_id: user.id }));
  await available(admin, user, { absences: [{ from: new Date(Clock.ms() - 60_000).toISOString(), reassign: true }] });
  await available(admin, other, { capacity: 0 });
  await admin.createLead(newLead());
  await available(admin, other, {});
  await app.settle();
  await app.scheduler.run("due");
  await admin.updateTenant({ settings: { new_lead_owner: "creator" } });
}

/** A lead whose activity, interaction and contact follow it; the contact's person was merged. */
async function conversion({ admin }: Tenant): Promise<void> {
  const { data: lead } = await admin.createLead(newLead());
  await admin.logLeadActivity({ id: lead.id, subject: "Called", activity_type_id: "call" });
  const { personal_key_id } = lead;
  await admin.createInteraction({ personal_key_id, lead_id: lead.id, interaction_type_id: "meeting" } as never);
  const { data: contact } = await admin.createContact({ first_name: "Also", last_name: "There", lead_id: lead.id });
  const { data: other } = await admin.createPerson({ first_name: "Also", last_name: "There" } as never);
  await admin.mergePersons({ id: contact.personal_key_id, merged_id: other.id });
  await admin.convertLead({ id: lead.id, override_reason: "known" });
  await app.settle();
}

/** Files as parts of forms, rows of who sees some, an import taken back with its keys, and exports by every index. */
async function files({ admin, token }: Tenant): Promise<void> {
  const manager = await addUser(app, world.tenant, "MANAGER");
  const { data } = await sendFile(app, token, "/persons/import", "external_key,first_name\nK-1,Key\n");
  const id = String(data.import_id);
  const { data: touched } = await sendFile(
    app,
    manager.token,
    "/leads/import",
    `first_name,last_name,owner_id\nMay,Ours,${manager.id}\n`,
  );
  const { data: refusing } = await sendFile(app, token, "/leads/import", "first_name,last_name\nNobody,\n");
  await app.settle();
  // What was cancelled has no report before somebody asks for it.
  await app.objects.delete(`${world.tenant.id}/imports/${refusing.import_id}/errors.csv`);
  await sendAs(app, token, operations.find(({ name }) => name === "getImportErrors") as Operation, { id: refusing.import_id });
  await admin.revertImport({ id });
  // Whoever has changed what was brought in stands in the audit trail.
  const [lead] = (await admin.listLeads({ search: "may ours" })).data;
  await admin.updateLead({ id: String(lead?.id), notes: "Touched" });
  await app.settle();
  await admin.revertImport({ id: String(touched.import_id) });
  const few = [
    { status: "qualified" },
    { source: "referral" },
    { rating: "COLD" },
    { is_converted: "true" },
    { owner: manager.id },
  ];
  for (const query of [{}, ...few]) await admin.exportLeads({ format: "csv", query } as never);
  await app.settle();
}

/** A counter that the recount has to mend. */
const miscount = (tenant: string) =>
  new UpdateCommand({
    TableName: tableName,
    Key: { ...counterKey(tenant, "lead", ALL) },
    UpdateExpression: "ADD live :one",
    ExpressionAttributeValues: { ":one": 1 },
  });

/** A dead letter, as Lambda leaves it: a version of the lead, under another name and status, from which nothing was derived. */
async function park(id: string): Promise<void> {
  const { dynamodb = {} } =
    streamRecords().findLast(({ dynamodb }) => dynamodb?.Keys?.sk?.S === id && dynamodb.NewImage?.context) ?? {};
  const row = { ...JSON.parse(String(dynamodb.NewImage?.row?.S)), first_name: "Renamed", lead_status_id: "mst_other" };
  const version = { N: String(Number(dynamodb.NewImage?.version?.N) + 1) };
  const record = { dynamodb: { ...dynamodb, NewImage: { ...dynamodb.NewImage, row: { S: JSON.stringify(row) }, version } } };
  const parked = { payload: JSON.stringify({ Records: [record] }) };
  await app.ports.files.put(`${PARKED}mapping/shard/2026/01/01/a`, Buffer.from(JSON.stringify(parked)));
}

const roleOf = (name: string): string => String(functionNamed(resources, name).properties.Role).replace(/[<>]/g, "");
const rolesOf = (name: string): Record<string, string> =>
  JSON.parse(functionNamed(resources, name).properties.Environment.Variables.CRM_ROLES ?? "{}");

const isRequest = (name: string): name is FunctionName => (functionNames as readonly string[]).includes(name);

/** Holds one command against the policies under which the deployed function would send it. */
function ask(command: object, scope: Scope): void {
  if (useRequest().id.startsWith(OF_TEST)) return;
  const name = acting.getStore() ?? systemFunction();
  const session = isRequest(name) ? assumed(name, scope) : { role: roleOf(name), context: {} };
  if (typeof session === "string") {
    refused.add(session);
    return;
  }
  const statements = statementsOf(resources, session.role);
  for (const { action, resource, keys } of questionsOf(command, "<storage/table>")) {
    used.add(`${session.role} ${action} ${resource}`);
    if (allows(statements, { action, resource, context: { ...session.context, "dynamodb:LeadingKeys": keys } })) continue;
    refused.add(`${name}: ${action} on ${resource} of ${[...new Set(keys.map(shape))].join(", ")}`);
  }
}

/** Keys without what differs from run to run. */
const shape = (key: string): string => key.replace(/[a-z]{3}_[0-9a-z]{18}/g, "…");

function systemFunction(): string {
  // Work that goes on for a user is done by the subscriber, as that user.
  if (isId(useRequest().id, IMPORT)) return "subscribe-import";
  if (isId(useRequest().id, EXPORT)) return "subscribe-export";
  if (useRequest().id.startsWith("notifications-")) return "subscribe-notifications";
  const name = useActorId().replace("system:", "");
  if (name === "stream") return name;
  return schedules.some((schedule) => schedule.name === name) ? `schedule-${name}` : `subscribe-${name}`;
}

type Session = { role: string; context: Record<string, string> };

/** The session of the role that a request function takes on for a scope, or why it may not. */
function assumed(name: string, { tenant = NOBODY, keyspaces }: Scope): Session | string {
  const access = accessName(keyspaces);
  const role = rolesOf(name)[access]?.replace(/[<>]/g, "");
  if (!role) return `${name} has no role ${access}`;
  const own = roleOf(name);
  const path = resources.get(own)?.Properties.Path ?? "/";
  const context = {
    "aws:PrincipalArn": `arn:aws:iam::${account}:role${path}${own}`,
    "aws:RequestTag/tenant": tenant,
    "aws:TagKeys": ["tenant"],
  };
  const trust = resources.get(role)?.Properties.AssumeRolePolicyDocument.Statement;
  for (const action of ["sts:AssumeRole", "sts:TagSession"]) {
    const may = { action, resource: `<${role}>`, context };
    if (!allows(statementsOf(resources, own), may)) return `${name} may not ${action} for ${access}`;
    if (!allows(trust, may)) return `${access} does not trust ${name} with ${tenant}`;
  }
  return { role, context: { "aws:PrincipalTag/tenant": tenant } };
}

describe("what the system does", () => {
  it("is allowed, every command of it", () => {
    expect([...refused]).toEqual([]);
    // The recount says what it mended.
    expect(errors).toEqual(["recount"]);
  });

  it("is all that roles of the system are allowed", () => {
    const unused: string[] = [];
    for (const [role, { Properties }] of systemRoles()) {
      for (const { Action, Resource } of statementsOf(resources, role)) {
        for (const action of all(Action).filter(
          (each) => each.startsWith("dynamodb:") && !/Stream|GetRecords|Shard/.test(each),
        )) {
          // An index is queried and nothing else.
          const on = action === "dynamodb:Query" ? all(Resource) : ["<storage/table>"];
          unused.push(
            ...on.flatMap((one) => (used.has(`${role} ${action} ${one}`) ? [] : [`${Properties.Description}: ${action} ${one}`])),
          );
        }
      }
    }
    const rare = [
      // Where several are free as a lead that waits is given away.
      "Listens to lead_wait.retry_due: dynamodb:UpdateItem <storage/table>",
      // Where a lead waits already as its owner goes away.
      "Listens to availability.absence_due: dynamodb:DeleteItem <storage/table>",
      // Where a person is redriven who is a duplicate of another.
      "Suspends and resumes tenants, recounts, redrives dead letters, rotates keys: dynamodb:ConditionCheckItem <storage/table>",
    ];
    expect(unused).toEqual(rare);
  });

  it("uses every role of the request path", () => {
    for (const [role, { Properties }] of accessRoles()) {
      expect([Properties.Description, [...used].some((each) => each.startsWith(`${role} `))]).toEqual([
        Properties.Description,
        true,
      ]);
    }
  });
});

const ROLE = "AWS::IAM::Role";
const accessRoles = () => ofType(resources, ROLE).filter(([id]) => id.startsWith("api/access"));
const systemRoles = () => ofType(resources, ROLE).filter(([id]) => !id.startsWith("api/"));

describe("ports", () => {
  const uses = usesOf();

  it("are asked for by functions that name them", () => {
    const unnamed = [...asked].filter((each) => {
      const [name = "", port = ""] = each.split(" ");
      return uses.has(name) && !uses.get(name)?.includes(port as PortUse);
    });
    expect(unnamed).toEqual([]);
  });

  it("are named by functions that ask for them", () => {
    // What a process remembers it does not ask for again, and here all are one: secrets, keys, and which kinds there are.
    const remembered: readonly PortUse[] = ["secrets", "seal", "domains"];
    const unused = [...uses].flatMap(([name, ports]) =>
      ports
        .filter((port) => !port.startsWith("objects:") && !remembered.includes(port) && !asked.has(`${name} ${port}`))
        .map((port) => `${name} ${port}`),
    );
    expect(unused).toEqual([]);
  });
});

describe("the bucket of files", () => {
  const withFiles = () =>
    ofType(resources, ROLE).flatMap(([role, { Properties }]) =>
      statementsOf(resources, role)
        .filter(({ Resource }) => all(Resource).some((each) => each.startsWith(bucketOf("files"))))
        .flatMap(({ Action, Resource }) =>
          all(Action).map((action) => ({ role, name: String(Properties.Description), action, Resource })),
        ),
    );

  it("is for functions that take files, and each uses all that it may", () => {
    const found = withFiles().map(({ role, name, action, Resource }) => ({
      name,
      action,
      on: all(Resource).map((each) => each.replace(bucketOf("files"), "")),
      isUsed: used.has(`${role} ${action}`),
    }));
    expect(found.filter(({ isUsed }) => !isUsed)).toEqual([]);
    const leave = Object.groupBy(found, ({ name }) => name);
    const said = Object.entries(leave).map(([name, all]) => [
      name.replace("Answers requests: ", ""),
      ...new Set((all ?? []).map(({ action, on }) => `${action} ${on}`)),
    ]);
    expect(said).toEqual([
      ["leads", "s3:PutObject /uploads/*", "s3:GetObject /uploads/*", "s3:ListBucket "],
      ["persons", "s3:PutObject /uploads/*", "s3:GetObject /uploads/*", "s3:ListBucket "],
      ["uploads", "s3:PutObject /uploads/*", "s3:GetObject /uploads/*", "s3:ListBucket "],
      ["imports", "s3:PutObject /imports/*", "s3:GetObject /imports/*", "s3:ListBucket "],
      ["exports", "s3:GetObject /exports/*", "s3:ListBucket "],
      [
        "Listens to export.turned, export.attention_due",
        "s3:PutObject /exports/*",
        "s3:GetObject /exports/*",
        "s3:DeleteObject /exports/*",
        "s3:ListBucket ",
      ],
      [
        "Listens to import.turned, import.attention_due",
        "s3:GetObject /uploads/*",
        "s3:PutObject /imports/*",
        "s3:GetObject /imports/*",
        "s3:DeleteObject /imports/*",
        "s3:ListBucket ",
      ],
      ["Listens to upload.expiry_due", "s3:DeleteObject /uploads/*", "s3:ListBucket "],
    ]);
  });
});

describe("the filter of the stream", () => {
  const wakes = (record: DynamoDBRecord): boolean => streamFilters().some((filter) => passes(filter, record));

  const changesOf = (records: readonly DynamoDBRecord[]) =>
    runIn(systemContext(app.ports, undefined, "test"), () => Promise.all(records.map(changeOf)));

  it("lets through what something follows from, and nothing else", async () => {
    const records = streamRecords();
    const changes = await changesOf(records);
    const follows = records.filter((_, at) => changes[at]);
    expect(follows.length).toBeGreaterThan(100);
    expect(records.length).toBeGreaterThan(follows.length * 3);
    const named = (some: readonly DynamoDBRecord[]) =>
      some.map(({ dynamodb }) => `${dynamodb?.Keys?.pk?.S} ${dynamodb?.Keys?.sk?.S}`);
    expect(named(records.filter(wakes))).toEqual(named(follows));
  });

  it("lets through what is removed for good", async () => {
    const { dynamodb = {} } = streamRecords().find(wakes) ?? {};
    const { NewImage: OldImage, ...rest } = dynamodb;
    const removed = { dynamodb: { ...rest, OldImage } } as DynamoDBRecord;
    expect((await changesOf([removed]))[0]).toBeDefined();
    expect(wakes(removed)).toBe(true);
  });

  it("fits into what Lambda takes", () => {
    expect(streamFilters().length).toBeLessThanOrEqual(5);
    for (const filter of streamFilters()) expect(JSON.stringify(filter).length).toBeLessThan(4096);
  });
});

/** The table's stream from its beginning, as the engine has written it. */
function streamRecords(): DynamoDBRecord[] {
  const database = new DatabaseSync(app.engine.file, { readOnly: true });
  try {
    const rows = database.prepare("SELECT keys_json, new_image, old_image FROM _stream_records ORDER BY id").all();
    const parsed = (text: unknown) => (text === null ? undefined : JSON.parse(String(text)));
    return rows.map((row) => ({
      dynamodb: {
        Keys: parsed(row.keys_json),
        NewImage: parsed(row.new_image),
        OldImage: parsed(row.old_image),
        SequenceNumber: "1",
      },
    }));
  } finally {
    database.close();
  }
}
