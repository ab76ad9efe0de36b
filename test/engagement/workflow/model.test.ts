import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterEach, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, PASSWORD, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { createEventChaos } from "./event-chaos.ts";
import {
  type ModelChange,
  type ModelCondition,
  type ModelDecision,
  type ModelField,
  type ModelLead,
  type ModelStep,
  type ModelWorkflow,
  SlowInterpreter,
} from "./slow-interpreter.ts";

let app: App;
afterEach(() => app.stop());

const pick = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
const companies = ["Alpha", "Beta", "Gamma"];
const surnames = ["Ada", "Grace"];

const inventCondition = (random: Random): ModelCondition =>
  pick<() => ModelCondition>(random, [
    () => ({ company: pick(random, companies) }),
    () => ({ company: { in: [pick(random, companies), pick(random, companies)] } }),
    () => ({ or: [{ company: { prefix: "A" } }, { last_name: pick(random, surnames) }] }),
    () => ({ last_name: pick(random, surnames) }),
  ])();

function inventSteps(random: Random, prefix: string, depth = 0): ModelStep[] {
  const steps: ModelStep[] = [];
  const count = 1 + Math.floor(random() * 3);
  for (let index = 0; index < count; index++) {
    const id = `${prefix}${index}`;
    const dice = random();
    if (dice < 0.45 || (depth > 0 && dice >= 0.75)) steps.push({ id, do: "task", subject: `${id} {company} {last_name}` });
    else if (dice < 0.6) steps.push({ id, do: "wait", hours: 1 + Math.floor(random() * 6) });
    else if (dice < 0.75)
      steps.push({ id, do: "wait", hours: 4 + Math.floor(random() * 9), untilWhere: inventCondition(random) });
    else if (dice < 0.95) {
      const [where, then, other] = [inventCondition(random), inventSteps(random, `${id}y`, 1), inventSteps(random, `${id}n`, 1)];
      steps.push({ id, do: "branch", where, then, else: other });
    } else steps.push({ id, do: "end" });
  }
  return steps;
}

/** An approval, and a task after it. */
function inventApproval(random: Random): ModelStep[] {
  const rejected: ModelStep[] = random() < 0.5 ? [{ id: "no", do: "task", subject: "no {company}" }] : [];
  const task: ModelStep = { id: "yes", do: "task", subject: "yes {company}" };
  return [{ id: "ask", do: "approval", hours: 2 + Math.floor(random() * 6), rejected }, task];
}

/** The user approves the records of a third of the leads, rejects those of another third, and does not decide about the others. */
const findDecision = ({ name }: ModelLead): ModelDecision =>
  (["approved", "rejected", undefined] as const)[Number(name.slice(1)) % 3];

function inventWorkflow(random: Random, name: string): ModelWorkflow {
  const trigger = pick<() => ModelWorkflow["trigger"]>(random, [
    () => ({ on: "created" }),
    () => ({ on: "changed" }),
    () => ({ on: "changed", field: "company", to: pick(random, companies) }),
    () => ({ on: "changed", field: "company", from: pick(random, companies) }),
    () => ({ on: "changed", field: "last_name" }),
  ])();
  const needsWhere = trigger.on === "changed" && !("field" in trigger);
  return {
    name,
    trigger,
    repeat: pick(random, ["once", "once_at_a_time", "every_time"] as const),
    steps: [...inventSteps(random, "s"), ...(random() < 0.4 ? inventApproval(random) : [])],
    ...(needsWhere || random() < 0.4 ? { where: inventCondition(random) } : {}),
    ...(random() < 0.3 ? { exit: { company: pick(random, companies) } } : {}),
  };
}

/** One workflow changes leads, and another one follows its changes. */
const chained: readonly ModelWorkflow[] = [
  {
    name: "first",
    trigger: { on: "changed", field: "company" },
    repeat: "once_at_a_time",
    steps: [
      { id: "mark", do: "update", text: "go {company}" },
      { id: "rest", do: "wait", hours: 2 },
    ],
  },
  {
    name: "second",
    trigger: { on: "changed" as const, field: "job_title" as ModelField },
    where: { job_title: { prefix: "go" } },
    repeat: "every_time",
    steps: [
      { id: "seen", do: "task", subject: "seen" },
      { id: "rest", do: "wait", hours: 3 },
      { id: "done", do: "task", subject: "done" },
    ],
  },
];

const toSteps = (steps: readonly ModelStep[]): object[] =>
  steps.map((step) => {
    if (step.do === "task") return { ...step, subject: toMergeFields(step.subject), activity_type_id: "call" };
    if (step.do === "update") return { id: step.id, do: "update", set: { job_title: toMergeFields(step.text) } };
    if (step.do === "end") return step;
    if (step.do === "approval")
      return { id: step.id, do: "approval", to: "DIRECTOR", timeout: `${step.hours}h`, rejected: toSteps(step.rejected) };
    if (step.do === "branch")
      return {
        ...{ id: step.id, do: "branch", cases: [{ where: step.where, steps: toSteps(step.then) }] },
        else: toSteps(step.else),
      };
    const { id, hours, untilWhere } = step;
    return untilWhere ? { id, do: "wait", until_where: untilWhere, timeout: `${hours}h` } : { id, do: "wait", for: `${hours}h` };
  });

const toMergeFields = (text: string): string => text.replaceAll(/\{(\w+)\}/g, "{{record.$1}}");

function toDefinition({ name, trigger, where, exit, repeat, steps }: ModelWorkflow): object {
  const { on, field, from, to } = { field: undefined, from: undefined, to: undefined, ...trigger };
  return {
    name,
    kind: "lead",
    trigger: {
      on,
      ...(field === undefined ? {} : { fields: [field] }),
      ...(from === undefined ? {} : { from: [from] }),
      ...(to === undefined ? {} : { to: [to] }),
    },
    ...(where ? { where } : {}),
    ...(exit ? { exit: { where: exit } } : {}),
    enrollment: { repeat },
    steps: renumber(toSteps(steps), name),
  };
}

/** The subject of a task names its workflow, so that effects can be told apart. */
const renumber = (steps: readonly object[], name: string): object[] =>
  JSON.parse(JSON.stringify(steps), (key, value) => (key === "subject" ? `${name} ${value}` : value));

/** Each repeated question moves the clock by a minute, and fewer than sixty make no step due. */
const MAX_REPEATS = 30;

interface Rounds {
  readonly rounds: number;
  readonly leads: number;
  readonly workflows: number;
}

async function runModel(random: Random, { rounds, leads: most, workflows: count }: Rounds): Promise<void> {
  app = await startTestApp({ log: { write: () => undefined } });
  const tenant: Tenant = await signUp(app);
  const director = await addUser(app, tenant, "DIRECTOR");
  const chaos = createEventChaos(app, random);
  const workflows = [...Array.from({ length: count }, (_, index) => inventWorkflow(random, `w${index}`)), ...chained];
  const ids: string[] = [];
  for (const workflow of workflows) {
    const { data } = await allowAnyInput(tenant.admin).createWorkflow(toDefinition(workflow));
    await tenant.admin.publishWorkflow({ id: data.id });
    ids.push(data.id);
  }
  const interpreter = new SlowInterpreter(workflows);
  const leads = new Map<ModelLead, string>();

  const advance = async (hours: number): Promise<void> => {
    app.setClock({ advance: (hours * 60 + 1) * 60_000 });
    tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    await chaos.settle();
    interpreter.advance(hours);
  };
  let decisions = 0;
  let repeats = 0;
  /** Decides about all records that wait. Returns whether a record was changed in between, so that the user is asked again about it. */
  const decideOnce = async (): Promise<boolean> => {
    const { access_token } = await signIn(app, { ...tenant, email: director.email, password: PASSWORD });
    const approver = createClient(inProcessTransport(app, access_token));
    const { data: pending } = await approver.listApprovals({ mine: true, status: "pending", limit: 100 });
    let isAskedAgain = false;
    for (const { id, subject_id } of pending) {
      const { data } = await tenant.admin.getWorkflowEnrollment({ id: String(subject_id) });
      const [lead] = [...leads].find(([, record]) => record === data.record_id) ?? [];
      const decision = lead && findDecision(lead);
      if (decision) decisions++;
      if (decision === "rejected") await approver.rejectApproval({ id });
      if (decision !== "approved") continue;
      try {
        await approver.approveApproval({ id });
      } catch (error) {
        if (!String(error).includes("within a minute you are asked again")) throw error;
        isAskedAgain = true;
        repeats++;
      }
    }
    await chaos.settle();
    app.setClock({ advance: 60_000 });
    await chaos.settle();
    return isAskedAgain;
  };
  const decide = async (): Promise<void> => {
    while (await decideOnce()) if (repeats > MAX_REPEATS) throw new Error("The questions have no end");
    interpreter.decide(findDecision);
  };
  const create = async (): Promise<ModelChange> => {
    const lead: ModelLead = {
      name: `L${leads.size}`,
      company: pick(random, companies),
      last_name: pick(random, surnames),
      job_title: null,
      isDeleted: false,
    };
    const { company, last_name } = lead;
    const { data } = await tenant.admin.createLead(newLead({ company, last_name }));
    leads.set(lead, data.id);
    return { lead, before: undefined, after: { ...lead } };
  };
  const change = async (lead: ModelLead): Promise<ModelChange> => {
    const before = { ...lead };
    const id = leads.get(lead) ?? "";
    if (random() < 0.05) {
      lead.isDeleted = true;
      await tenant.admin.deleteLead({ id });
    } else if (random() < 0.7) {
      lead.company = pick(random, companies);
      await tenant.admin.updateLead({ id, company: lead.company });
    } else {
      lead.last_name = pick(random, surnames);
      await tenant.admin.updateLead({ id, last_name: lead.last_name });
    }
    return { lead, before, after: { ...lead } };
  };

  for (let round = 0; round < rounds; round++) {
    const changes = leads.size < most ? [await create()] : [];
    const [created] = changes.map(({ lead }) => lead);
    for (const lead of leads.keys()) if (lead !== created && !lead.isDeleted && random() < 0.5) changes.push(await change(lead));
    await chaos.settle();
    interpreter.apply(changes);
    await decide();
    await advance(1 + Math.floor(random() * 4));
  }
  for (let step = 0; step < 6; step++) await advance(24);

  const effects = new Map<string, string[]>();
  for (const [lead, id] of leads) {
    const { data, meta } = await tenant.admin.listActivities({ related_to_id: id, limit: 100 });
    if (meta.total !== data.length) throw new Error("More tasks than a page");
    if (data.length > 0) effects.set(lead.name, data.map(({ subject }) => String(subject)).sort());
  }
  const wanted = new Map(
    [...interpreter.effects].map(([name, all]) => [name, all.map((effect) => effect.replace(/ \S+: /, " ")).sort()] as const),
  );
  expect(effects).toEqual(wanted);
  const nameOf = new Map([...leads].map(([lead, id]) => [id, lead.name]));
  const statuses: string[] = [];
  for (const [index, id] of ids.entries()) {
    const { data, meta } = await tenant.admin.listEnrollmentsOfWorkflow({ id, limit: 100 });
    if (meta.total !== data.length) throw new Error("More enrollments than a page");
    statuses.push(...data.map(({ record_id = "", status }) => `${workflows[index]?.name} ${nameOf.get(record_id)} ${status}`));
  }
  expect(statuses.sort()).toEqual(interpreter.statuses);
  console.log(
    `workflows: ${statuses.length} enrollments, ${[...effects.values()].flat().length} tasks, ${decisions} decisions, ${repeats} repeated questions, ${JSON.stringify(chaos.counts)}`,
  );
}

it("workflows do what a slow interpreter does, at any order, repetition and kill", async () => {
  await runModel(createTestRandom("workflow model"), { rounds: 10, leads: 8, workflows: 8 });
});
