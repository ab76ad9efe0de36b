import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../test/support/app.ts";
import { measureUnits, type RequestUnits } from "../test/support/request-units.ts";
import { pricesByRegion } from "./costs/prices.ts";
import { boundMisses, formatTable, quantile, type Section } from "./stats.ts";

/**
 * Workflows: the lag from a change to the end of the enrollment that it causes, by the number of workflows of the tenant; the units of an enrollment
 * and of each step; and the cost of a month beside Step Functions.
 */
export interface WorkflowOptions {
  rounds: number;
  runs: number;
  /** Workflows of the tenants that are compared, ascending. */
  counts: readonly number[];
}

const MAX_RATIO = 1.3;

export async function benchWorkflows({ rounds, runs, counts }: WorkflowOptions): Promise<Section[]> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startTestApp({ meter, data: "memory" });
  try {
    return [await measureLag(app, { rounds, runs, counts }), ...(await measureCosts(app, meter))];
  } finally {
    await app.stop();
  }
}

interface Office {
  tenant: Tenant;
  lead: string;
  count: number;
}

/** A tenant with workflows that watch other values of the same field, and one that matches. */
async function openOffice(app: App, count: number): Promise<Office> {
  const tenant = await signUp(app);
  for (let index = 1; index < count; index++) await publish(tenant, { fields: ["company"], to: [`Other ${index}`] }, endStep);
  await publish(tenant, { fields: ["company"] }, endStep, { company: { prefix: "match" } });
  const { data } = await tenant.admin.createLead(newLead());
  await app.settle();
  return { tenant, count, lead: data.id };
}

const endStep = [{ id: "end", do: "end" }];

async function publish(tenant: Tenant, trigger: object, steps: readonly object[], where?: object): Promise<string> {
  const { data } = await allowAnyInput(tenant.admin).createWorkflow({
    name: "Bench",
    kind: "lead",
    trigger: { on: "changed", ...trigger },
    enrollment: { repeat: "every_time" },
    ...(where ? { where } : {}),
    steps,
  });
  await tenant.admin.publishWorkflow({ id: data.id });
  return data.id;
}

async function measureLag(app: App, { rounds, runs, counts }: WorkflowOptions): Promise<Section> {
  const offices: Office[] = [];
  for (const count of counts) offices.push(await openOffice(app, count));
  const lags = new Map(offices.map((office) => [office, [] as number[]]));
  let serial = 0;
  for (let round = 0; round <= rounds; round++)
    for (let run = 0; run < runs; run++)
      for (const office of offices) {
        await office.tenant.admin.updateLead({ id: office.lead, company: `match ${++serial}` });
        const started = performance.now();
        await app.settle();
        // The first round warms up.
        if (round > 0) lags.get(office)?.push(performance.now() - started);
      }
  const [first = 0] = offices.map((office) => quantile(lags.get(office) ?? [], 0.5));
  const rows = offices.map((office) => {
    const all = lags.get(office) ?? [];
    return [office.count.toLocaleString("en"), quantile(all, 0.5), quantile(all, 0.95), quantile(all, 0.5) / first];
  });
  return {
    title: "Workflows: from a change to the end of the enrollment that it causes",
    text: formatTable(["workflows of the tenant", "p50 ms", "p95 ms", "p50 to that of the first"], rows),
    missed: rows.flatMap(([count, , , ratio]) => boundMisses(Number(ratio), MAX_RATIO, `lag at ${count} workflows`)),
  };
}

const EMPTY = "an enrollment without a step";

/** Steps whose units are measured: each is what an enrollment costs more with it. An approval is given at once. */
const steps: Readonly<Record<string, object>> = {
  update: { id: "step", do: "update", set: { job_title: "Bench {{record.company}}" } },
  task: { id: "step", do: "task", subject: "Call", activity_type_id: "call" },
  notify: { id: "step", do: "notify", to: ["owner"], message: "Look" },
  branch: { id: "step", do: "branch", cases: [{ where: { company: "x" }, steps: [] }], else: [] },
  wait: { id: "step", do: "wait", for: "1h" },
  approval: { id: "step", do: "approval", to: "DIRECTOR" },
};

/** The ten steps of the month that is priced. */
const month: readonly (keyof typeof steps)[] = [
  ...["task", "wait", "branch", "update", "wait"],
  ...["task", "wait", "branch", "notify", "update"],
];

const MONTHLY_ENROLLMENTS = 10_000;
/** An execution has a transition for each state, and one to its start. A wait for an event needs a callback, which is a further state. */
const TRANSITION_DOLLARS = 25e-6;

async function measureCosts(app: App, meter: Meter): Promise<Section[]> {
  const costs = new Map<string, RequestUnits>();
  const measure = async (name: string): Promise<RequestUnits> => {
    const tenant = await signUp(app);
    await publish(tenant, { fields: ["company"] }, [...(steps[name] ? [steps[name]] : []), ...endStep], {
      company: { prefix: "match" },
    });
    const { data } = await tenant.admin.createLead(newLead({ owner_id: tenant.userId }));
    await app.settle();
    const director = name === "approval" ? await addUser(app, tenant, "DIRECTOR") : undefined;
    const change = async (company: string): Promise<RequestUnits> => {
      await tenant.admin.updateLead({ id: data.id, company });
      const begun = await measureUnits(meter, () => app.settle());
      const pending = director ? (await director.client.listApprovals({ mine: true, status: "pending" })).data : [];
      const finished = await measureUnits(meter, async () => {
        for (const { id } of pending) await director?.client.approveApproval({ id });
        await finish(app);
      });
      return sum(begun, finished);
    };
    await change("match 0");
    await change("other 0");
    const without = await change("other 1");
    return subtract(await change("match 1"), without, costs.get(EMPTY));
  };
  costs.set(EMPTY, await measure(EMPTY));
  for (const name of Object.keys(steps)) costs.set(name, await measure(name));
  const rows = [...costs].map(([name, { read, write, commands }]) => [name, read, write, commands]);
  const total = sum(...[EMPTY, ...month].flatMap((name) => costs.get(name) ?? []));
  const { read, write } = pricesByRegion["eu-west-1"].dynamodb.standard;
  const engine = MONTHLY_ENROLLMENTS * (total.read * read + total.write * write);
  const transitions = MONTHLY_ENROLLMENTS * (month.length + 2) * TRANSITION_DOLLARS;
  return [
    {
      title: "Workflows: units of an enrollment, and what each step adds",
      text: formatTable(["", "read units", "write units", "commands"], rows),
      missed: [],
    },
    {
      title: `Workflows: ${MONTHLY_ENROLLMENTS.toLocaleString("en")} enrollments of ten steps in a month, dollars`,
      text: formatTable(
        ["", "dollars"],
        [
          ["table, with what the steps write", engine],
          ["Step Functions, transitions alone", transitions],
        ],
      ),
      missed: [],
    },
  ];
}

const sum = (...all: readonly RequestUnits[]): RequestUnits =>
  all.reduce(
    (left, right) => ({
      read: left.read + right.read,
      write: left.write + right.write,
      commands: left.commands + right.commands,
    }),
    { read: 0, write: 0, commands: 0 },
  );

/** Settles, and lets waits end. */
async function finish(app: App): Promise<void> {
  await app.settle();
  app.setClock({ advance: 2 * 60 * 60 * 1000 });
  await app.settle();
  app.setClock({ advance: -2 * 60 * 60 * 1000 });
}

const subtract = (from: RequestUnits, ...others: readonly (RequestUnits | undefined)[]): RequestUnits =>
  others.reduce<RequestUnits>(
    (left, other) => ({
      read: left.read - (other?.read ?? 0),
      write: left.write - (other?.write ?? 0),
      commands: left.commands - (other?.commands ?? 0),
    }),
    from,
  );
