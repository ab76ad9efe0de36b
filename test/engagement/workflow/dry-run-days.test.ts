import { isDeepStrictEqual } from "node:util";
import { useContext, useTenant } from "@crm/core/kernel/context.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, inProcessTransport, PASSWORD, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { createGenerator, type RandomChange, type RandomKind } from "./random-workflows.ts";

/**
 * A dry run over the last days equals what happens if the workflow is published: for random workflows and random changes of 30 days. One tenant has
 * the drafts. For each workflow, another tenant has the same changes, at the same times, and the workflow published from the beginning.
 */

const WORKFLOWS_PER_ROUND = 20;
const workflowCount = resolveTestSize("CRM_WORKFLOWS", 5, 200);
/** Changes of records in 30 days. */
const isShort = workflowCount < WORKFLOWS_PER_ROUND;
const changeCount = isShort ? 30 : 120;
const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** Delivers the events of workflows one after the other, so that no step is tried twice. Returns how to deliver them as before. */
function deliverInLine(): () => void {
  const subscriber = subscribers.find(({ name }) => name === "workflows");
  if (!subscriber) throw new Error("There is no subscriber workflows");
  const { load } = subscriber;
  let line: Promise<unknown> = Promise.resolve();
  const loadInLine: typeof load = async () => {
    const handle = await load();
    return (event, ports) => {
      const delivery = line.then(() => handle(event, ports));
      line = delivery.catch(() => undefined);
      return delivery;
    };
  };
  Object.assign(subscriber, { load: loadInLine });
  return () => Object.assign(subscriber, { load });
}

let app: App;
let restoreDelivery: () => void;
/** The inputs with which operations ran, by tenant and request. */
const ran = new Map<string, { operation: string; input: Record<string, unknown> }[]>();
beforeAll(async () => {
  restoreDelivery = deliverInLine();
  app = await startTestApp();
  app.setClock({ now: "2027-01-04T12:00:00.000Z" });
  const { operations } = app.ports;
  const run = operations.run.bind(operations);
  operations.run = async (operation, input) => {
    const key = `${useTenant()} ${useContext().request.id}`;
    ran.set(key, [...(ran.get(key) ?? []), { operation, input: { ...input } }]);
    return run(operation, input);
  };
});
afterAll(async () => {
  await app.stop();
  restoreDelivery();
});

/** A tenant with its records by kind, in the order of their creation. */
interface Twin {
  readonly tenant: Tenant;
  readonly crm: Tenant["admin"];
  /** The owner of most records, and the owner's manager. */
  readonly users: readonly [TestUser, TestUser];
  readonly records: Record<RandomKind, string[]>;
}

async function createTwin(): Promise<Twin> {
  const tenant = await signUp(app);
  const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
  const manager = await addUser(app, tenant, "MANAGER");
  const rep = await addUser(app, tenant, "SALES_REP", { manager_id: manager.id });
  const crm = createClient(inProcessTransport(app, key.key));
  return { tenant, crm, users: [rep, manager], records: { lead: [], opportunity: [], ticket: [], customer: [] } };
}

const titles = { lead: "Lead", opportunity: "Opportunity", ticket: "Ticket", customer: "Customer" } as const;

async function applyChange({ crm, records, users: [rep] }: Twin, { kind, number, action, input }: RandomChange): Promise<void> {
  const call = crm as unknown as Record<string, (input: object) => Promise<{ data: { id: string } }>>;
  const id = records[kind][number];
  if (action === "create") {
    const owner = kind === "ticket" || number % 3 === 0 ? {} : { owner_id: rep.id };
    records[kind].push((await call[`create${titles[kind]}`]?.({ ...input, ...owner }))?.data.id ?? "");
  } else if (action === "delete") await call[`delete${titles[kind]}`]?.({ id });
  else await call[`update${titles[kind]}`]?.({ id, ...input });
}

/** Steps that run an operation. */
const operated: readonly string[] = ["update", "task"];

/** An enrollment without ids and with times in days, for comparison. */
interface PlainEnrollment {
  readonly record: string;
  readonly day: number;
  readonly steps: readonly (readonly unknown[])[];
  readonly end: string;
}

interface Outcome {
  enrolled: readonly PlainEnrollment[];
  notices: readonly string[];
}

function createLabels({ records, users: [rep, manager], tenant }: Twin, start: number) {
  const names = new Map(Object.entries(records).flatMap(([kind, ids]) => ids.map((id, number) => [id, `${kind} ${number}`])));
  names.set(rep.id, "rep").set(manager.id, "manager").set(tenant.userId, "admin");
  const label = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value ?? null), (_, part) => (typeof part === "string" ? (names.get(part) ?? part) : part));
  const midnight = Math.floor(start / DAY_MS) * DAY_MS;
  return { label, toDay: (instant: string | null) => Math.floor((Date.parse(instant ?? "") - midnight) / DAY_MS) };
}

/** What the steps of a published workflow did: its enrollments, and the notifications that users got. */
async function readHappened(twin: Twin, workflow: string, start: number): Promise<Outcome> {
  const { crm, tenant } = twin;
  const { label, toDay } = createLabels(twin, start);
  const { data: rows } = await crm.listEnrollmentsOfWorkflow({ id: workflow, limit: 100 });
  const found = await Promise.all(rows.map(async ({ id }) => (await crm.getWorkflowEnrollment({ id })).data));
  // A date enrolls its record long before the first step.
  const readStart = ({ triggered_by, started_at, results: [first] }: (typeof found)[number]): string =>
    triggered_by?.startsWith("date") && first ? first.at : started_at;
  found.sort((a, b) => (readStart(a) < readStart(b) ? -1 : 1));
  const isShown = ({ status, reason }: (typeof found)[number]): boolean =>
    status !== "PLANNED" &&
    !(status === "STOPPED" && /^(A loop|The date was removed|The record does not meet)/.test(reason ?? ""));
  const enrolled = found.filter(isShown).map(async (enrollment): Promise<PlainEnrollment> => {
    const inputs = [...(ran.get(`${tenant.id} ${enrollment.id}`) ?? [])];
    const steps = [];
    for (const { step_id, do: action, result, at, reason, record_id } of enrollment.results) {
      const input = operated.includes(action) && result !== "SKIPPED" ? inputs.shift()?.input : undefined;
      const isTask = action === "task" && record_id !== null;
      // A task is deleted with its record.
      const task = isTask ? (await crm.getActivity({ id: record_id }).catch(() => undefined))?.data : undefined;
      if (task) expect(task).toMatchObject({ subject: String(input?.subject).trim(), due_date: input?.due_date });
      steps.push([step_id, result, toDay(at), action === "branch" ? reason : null, label(input)]);
    }
    const { record_id, status, reason } = enrollment;
    const end = status === "FAILED" ? "failed" : status === "WAITING" || status === "ACTIVE" ? "waits" : (reason ?? "end");
    return { record: String(label(record_id)), day: toDay(readStart(enrollment)), steps, end };
  });
  const notices = await Promise.all(
    twin.users.map(async (user) => {
      const login = { email: user.email, password: PASSWORD, tenant_slug: tenant.slug };
      const { data: session } = await createClient(inProcessTransport(app)).login(login);
      const client = createClient(inProcessTransport(app, session.access_token));
      const { data } = await client.listNotifications({ limit: 100 });
      return data.flatMap(({ type, title, record_id }) =>
        type === "workflow_notice" ? [[label(user.id), label(record_id), title].join(" ")] : [],
      );
    }),
  );
  return { enrolled: await Promise.all(enrolled), notices: notices.flat().sort() };
}

/** What a dry run says. */
async function readDryRun(
  twin: Twin,
  workflow: string,
  { start, days }: { readonly start: number; readonly days: number },
): Promise<Outcome & { readonly cutDay: number | undefined }> {
  const { label, toDay } = createLabels(twin, start);
  const { data } = await twin.crm.dryRunWorkflow({ id: workflow, last_days: days });
  const notices: string[] = [];
  const enrolled = data.enrolled.map(({ record_id, at, steps, reason }): PlainEnrollment => {
    const done = steps.filter(({ until, would }) => (until === null || until <= data.examined_until) && would !== "leave");
    const hasFailed = reason === null && done.at(-1)?.problem;
    for (const { do: action, input } of done)
      for (const user of (action === "notify" && (input?.user_ids as string[] | undefined)) || [])
        notices.push([label(user), label(record_id), input?.message].join(" "));
    return {
      record: String(label(record_id)),
      day: toDay(at),
      steps: done.map(({ id, do: action, would, at: begun, until, problem, input }) => [
        id,
        toResult(would, problem),
        toDay(until ?? begun),
        action === "branch" ? would : null,
        label(operated.includes(action) ? input : null),
      ]),
      end: hasFailed ? "failed" : reason?.startsWith("The record would still wait") ? "waits" : (reason ?? "end"),
    };
  });
  const cutDay = data.is_complete ? undefined : toDay(data.examined_until);
  return { cutDay, enrolled, notices: notices.sort() };
}

function toResult(would: string, problem: string | null): string {
  if (problem !== null) return "FAILED";
  if (would === "time out") return "TIMED_OUT";
  return would.startsWith("No recipient") ? "SKIPPED" : "DONE";
}

/** Keeps what is before a day. */
function cutOutcome(outcome: Outcome, cutDay: number): void {
  outcome.enrolled = outcome.enrolled
    .filter(({ day }) => day < cutDay)
    .map((enrollment) => ({ ...enrollment, end: "", steps: enrollment.steps.filter(([, , day]) => Number(day) < cutDay) }));
  outcome.notices = [];
}

/** What happened to a workflow, and what the dry run says. */
interface Comparison {
  readonly definition: object;
  readonly happened: Outcome;
  readonly said: Outcome;
  /** Whether the dry run ended at a loop. */
  readonly isLoop: boolean;
}

const isEqual = ({ happened, said }: Comparison): boolean => isDeepStrictEqual(happened, said);

/** Makes changes of some days in a tenant with drafts, and in one tenant for each published workflow. */
async function compare(definitions: readonly object[], changes: readonly RandomChange[], days: number): Promise<Comparison[]> {
  const drafts = await createTwin();
  const twins = await Promise.all(definitions.map(createTwin));
  const draftIds: string[] = [];
  const publishedIds: string[] = [];
  for (const [index, definition] of definitions.entries()) {
    draftIds.push((await allowAnyInput(drafts.tenant.admin).createWorkflow(definition)).data.id);
    const { admin } = (twins[index] as Twin).tenant;
    const { data } = await allowAnyInput(admin).createWorkflow(definition);
    await admin.publishWorkflow({ id: data.id });
    publishedIds.push(data.id);
  }
  const start = Date.parse((await drafts.tenant.admin.getWorkflow({ id: draftIds[0] ?? "" })).data.created_at);
  const byDay = Map.groupBy(changes, ({ day }) => day);
  for (let day = 0; day < days; day++) {
    if (day > 0) app.setClock({ advance: DAY_MS });
    await app.settle();
    for (const change of byDay.get(day) ?? []) {
      for (const twin of [drafts, ...twins]) await applyChange(twin, change);
      await app.settle();
    }
  }
  app.setClock({ advance: DAY_MS - HOUR_MS });
  await app.settle();
  const comparisons: Comparison[] = [];
  for (const [index, definition] of definitions.entries()) {
    const twin = twins[index] as Twin;
    const id = publishedIds[index] ?? "";
    const happened = await readHappened(twin, id, start);
    const { cutDay, ...said } = await readDryRun(drafts, draftIds[index] ?? "", { start, days });
    if (cutDay !== undefined) {
      // A step of the workflow would trigger it again: the dry run says so, and what happens later is open.
      for (const outcome of [happened, said]) cutOutcome(outcome, cutDay);
      happened.notices = [(await twin.crm.getWorkflow({ id })).data.pause_reason ?? "active"];
      said.notices = ["loop"];
    }
    comparisons.push({ definition, happened, said, isLoop: cutDay !== undefined });
  }
  // The next round begins at noon again, as steps come due only at that time of the day.
  app.setClock({ advance: HOUR_MS });
  return comparisons;
}

it(`a dry run over the last days equals what happens, for ${workflowCount} random workflows`, async () => {
  const chance = createTestRandom("Dry runs of workflows");
  const comparisons: Comparison[] = [];
  while (comparisons.length < workflowCount) {
    const { drawChanges, drawWorkflow } = createGenerator(chance, isShort ? { kinds: 1, words: 2 } : { kinds: 2, words: 3 });
    const count = Math.min(WORKFLOWS_PER_ROUND, workflowCount - comparisons.length);
    const definitions = Array.from({ length: count }, (_, index) => drawWorkflow(`Workflow ${comparisons.length + index}`));
    comparisons.push(...(await compare(definitions, drawChanges(DAYS, changeCount), DAYS)));
    console.log(`${comparisons.filter(isEqual).length} of ${comparisons.length}`);
  }
  const different = comparisons.filter((comparison) => !isEqual(comparison));
  const enrolled = comparisons.flatMap(({ happened }) => happened.enrolled);
  const steps = enrolled.flatMap((enrollment) => enrollment.steps);
  const loops = comparisons.filter(({ isLoop }) => isLoop);
  console.log(
    `${comparisons.length - different.length} of ${comparisons.length} equal: ${enrolled.length} enrollments, ${steps.length} steps, ${loops.length} loops`,
  );
  expect(different).toEqual([]);
});

it("dates and schedules enroll in a dry run as they do", async () => {
  const steps = [
    { id: "call", do: "task", subject: "Call about {{record.name}} {{record.close_date}}", activity_type_id: "call" },
    { id: "patience", do: "wait", for: "3d" },
    { id: "tell", do: "notify", to: ["owner"], message: "{{record.name}} is still open" },
  ];
  const where = { next_step: "Acme" };
  const dated = { trigger: { on: "date", date_field: "close_date", offset: "-2d" }, enrollment: { repeat: "every_time" } };
  const weekly = { trigger: { on: "schedule", cron: "0 8 * * 1" }, enrollment: { repeat: "every_time" } };
  const definitions = [dated, weekly].map((part, index) => ({
    name: `${index}`,
    kind: "opportunity",
    where,
    steps,
    ...part,
  }));
  const toDate = (days: number) => new Date(Date.parse("2027-02-01T00:00:00.000Z") + days * DAY_MS).toISOString().slice(0, 10);
  app.setClock({ now: "2027-02-01T12:00:00.000Z" });
  const change = (day: number, number: number, action: RandomChange["action"], input: RandomChange["input"]) =>
    ({ day, kind: "opportunity", number, action, input }) as const;
  const changes = [
    change(0, 0, "create", { name: "Steady", next_step: "Acme", close_date: toDate(10) }),
    change(0, 1, "create", { name: "Moved", next_step: "Acme", close_date: toDate(6) }),
    change(0, 2, "create", { name: "Other", next_step: "Bolt", close_date: toDate(10) }),
    change(0, 3, "create", { name: "Dropped", next_step: "Acme", close_date: toDate(10) }),
    change(2, 1, "update", { close_date: toDate(20) }),
    change(3, 3, "update", { close_date: null }),
    change(9, 2, "update", { next_step: "Acme" }),
  ];
  const comparisons = await compare(definitions, changes, 20);
  // A schedule enrolls several records at the same time.
  const sort = (outcome: Outcome): Outcome => ({
    ...outcome,
    enrolled: outcome.enrolled.toSorted((a, b) => a.day - b.day || (a.record < b.record ? -1 : 1)),
  });
  for (const { happened, said } of comparisons) expect(sort(said)).toEqual(sort(happened));
  const list = ({ enrolled }: Outcome) =>
    enrolled.map(({ record, day }) => `${record.replace("opportunity ", "")}@${day}`).join(" ");
  expect(comparisons.map(({ happened }) => list(sort(happened)))).toEqual(["0@8 1@18", "0@7 1@7 3@7 0@14 1@14 2@14 3@14"]);
});

it("a dry run over the last days has only records that the caller and the owner see, and writes nothing", async () => {
  const tenant = await signUp(app);
  const manager = await addUser(app, tenant, "MANAGER");
  const definition: Omit<Parameters<typeof tenant.admin.createWorkflow>[0], "name"> = {
    kind: "lead",
    trigger: { on: "created" },
    steps: [{ id: "call", do: "task", subject: "Call {{record.last_name}}", activity_type_id: "call" }],
  };
  const ids = [];
  for (const [owner, { createWorkflow }] of [["Admin", tenant.admin] as const, ["Manager", manager.client] as const])
    ids.push((await createWorkflow({ name: owner, ...definition })).data.id);
  for (const [last_name, owner_id] of [["Hidden", tenant.userId] as const, ["Seen", manager.id] as const])
    await tenant.admin.createLead({ last_name, owner_id });
  await app.settle();
  const tell = async (client: Tenant["admin"], id = "") => {
    const { data } = await client.dryRunWorkflow({ id, last_days: 1 });
    return data.enrolled.map(({ steps }) => steps[0]?.input?.subject);
  };
  expect(await tell(tenant.admin, ids[0])).toEqual(["Call Hidden", "Call Seen"]);
  expect(await tell(tenant.admin, ids[1])).toEqual(["Call Seen"]);
  expect(await tell(manager.client, ids[0])).toEqual(["Call Seen"]);
  await app.settle();
  expect((await tenant.admin.listActivities({})).data).toEqual([]);
  expect((await tenant.admin.listEnrollmentsOfWorkflow({ id: ids[0] ?? "" })).data).toEqual([]);
});

it("a dry run of a workflow that users start has one record, and no days", async () => {
  const { admin } = await signUp(app);
  const definition = { name: "By hand", kind: "lead", trigger: { on: "manual" }, steps: [{ id: "end", do: "end" }] };
  const { data } = await allowAnyInput(admin).createWorkflow(definition);
  for (const input of [{}, { record_id: "led_1", last_days: 3 }, { last_days: 31 }, { last_days: 3 }])
    await expect(admin.dryRunWorkflow({ id: data.id, ...input })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "last_days" }],
    });
});
