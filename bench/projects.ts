import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { Activities, type ActivityRecord } from "@crm/core/people/activity/activity.entity.ts";
import { ACTIVITY } from "@crm/core/people/activity/activity.kind.ts";
import { Tenant } from "@crm/core/platform/tenant/tenant.ts";
import { type ProjectRecord, Projects } from "@crm/core/projects/project/project.entity.ts";
import { PROJECT } from "@crm/core/projects/project/project.kind.ts";
import { projectStatuses } from "@crm/core/projects/project/project.rules.ts";
import { Project } from "@crm/core/projects/project/project.ts";
import { ProjectTasks } from "@crm/core/projects/project/tasks.ts";
import { ProjectTimeline } from "@crm/core/projects/project/timeline.ts";
import { buildExtraIndexItems } from "@crm/core/storage/table/extra-index.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { signUp } from "../test/support/app.ts";
import { buildRecordItems, storeItems } from "./bulk-load.ts";
import { measureReadUnits } from "./core.ts";
import { boundMisses, compare, formatTable, type Section } from "./stats.ts";

/** Lists of projects, and of the tasks of one project: they must take the same time in a large tenant as in a small one. */
export interface ProjectOptions {
  rounds: number;
  runs: number;
  small: number;
  large: number;
}

/** Projects of each customer. */
const PROJECTS_EACH = 50;
const MAX_RATIO = 1.2;
const DAY_MS = 24 * 60 * 60 * 1000;

interface Workshop {
  id: string;
  count: number;
  customer: string;
  /** The project whose tasks are as many as the tenant's projects. */
  project: string;
}

export async function benchProjects({ rounds, runs, small, large }: ProjectOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const workshops = [await fillWorkshop(app, small), await fillWorkshop(app, large)] as const;
    const contextOf = ({ id }: Workshop) => systemContext(app.ports, id, "bench");
    const run = (workshop: Workshop, read: (workshop: Workshop) => Promise<unknown>) =>
      runIn(contextOf(workshop), () => Tenant.runWithSettings(() => read(workshop)));
    const reads: readonly [string, (workshop: Workshop) => Promise<unknown>][] = [
      ["all projects, newest first", () => Project.list({})],
      ["of a customer", ({ customer }) => Project.list({ customer })],
      ["of a status", () => Project.list({ status: "ACTIVE" })],
      ["a column of the board", () => Project.list({ status: "ACTIVE", sort: "space_order" })],
      ["by their end", () => Project.list({ sort: "date_time_end" })],
      ["tasks of a project, newest first", ({ project }) => ProjectTasks.list({ id: project })],
      ["timeline of a project", ({ project }) => ProjectTimeline.read({ id: project, limit: 20 })],
    ];
    const rows: (string | number)[][] = [];
    const missed: string[] = [];
    for (const [name, read] of reads) {
      const [less, more] = workshops;
      const { a, b, ratio } = await compare(
        rounds,
        runs,
        () => run(more, read),
        () => run(less, read),
        1,
      );
      const units = [];
      for (const workshop of workshops)
        units.push(await measureReadUnits(app.ports, contextOf(workshop), () => Tenant.runWithSettings(() => read(workshop))));
      rows.push([name, b, a, ratio, ...units]);
      missed.push(...boundMisses(ratio, MAX_RATIO, `projects: ${name}`));
    }
    const [fewer, more] = workshops.map(({ count }) => count.toLocaleString("en"));
    const head = ["list", `ms at ${fewer}`, `ms at ${more}`, "ratio", `units at ${fewer}`, `units at ${more}`];
    const title = `A page of 20 projects, and of 20 tasks of a project, at ${more} of each, against ${fewer}`;
    return [{ title, text: formatTable(head, rows), missed }];
  } finally {
    await app.stop();
  }
}

/** Creates a tenant with many projects; one of them has as many tasks. The first ones are made by the verbs, the others are copies of them. */
async function fillWorkshop(app: App, count: number): Promise<Workshop> {
  const { id, admin } = await signUp(app);
  const { data: customer } = await admin.createCustomer({ name: "Reef" });
  const { data } = await admin.createProject({ title: "Jetty", customer_id: customer.id });
  const { data: made } = await admin.createProjectTask({ id: data.id, subject: "Dig", due_date: "2027-01-01" });
  const [project, task] = await runIn(systemContext(app.ports, id, "bench"), async () => [
    await Records.load(Projects, data.id),
    await Records.load(Activities, made.id),
  ]);
  if (!project || !task) throw new Error("There is no project, or no task");
  const counters = new Map<string, Item>();
  const start = Date.parse(project.created_at) - count * 1000;
  const customerFor = (n: number): string =>
    n < PROJECTS_EACH ? customer.id : customer.id.slice(0, -6) + String(Math.floor(n / PROJECTS_EACH)).padStart(6, "0");
  const timeOf = (n: number): string => new Date(start + n * 1000).toISOString();
  const dayOf = (n: number): string => new Date(start + (n % 700) * DAY_MS).toISOString();
  const copyProject = (n: number): ProjectRecord => ({
    ...project,
    ...{ id: newId(PROJECT, { at: start + n * 1000 }), created_at: timeOf(n), updated_at: timeOf(n) },
    customer_id: customerFor(n),
    status: projectStatuses[n % projectStatuses.length] ?? "PLANNED",
    space_order: n * 1024,
    date_time_end: dayOf(n),
  });
  const copyTask = (n: number): ActivityRecord => ({
    ...task,
    ...{ id: newId(ACTIVITY, { at: start + n * 1000 }), created_at: timeOf(n), updated_at: timeOf(n) },
    activity_number: `A-2025-${String(n).padStart(6, "0")}`,
    due_at: dayOf(n),
    happens_at: dayOf(n),
  });
  function* items(): Generator<Item[]> {
    for (let n = 0; n < count; n++) {
      yield buildRecordItems(id, Projects, copyProject(n), counters);
      const copy = copyTask(n);
      yield buildRecordItems(id, Activities, copy, counters);
      yield buildExtraIndexItems(id, Activities, copy);
    }
    yield [...counters.values()];
  }
  await storeItems(app.ports, id, items());
  return { id, count, customer: customer.id, project: project.id };
}
