import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Activities, type ActivityRecord } from "@crm/core/people/activity/activity.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createRandom } from "@crm/local/seeded-random.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { seed } from "../../support/random.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const isCounted = ({ deleted_at, status }: ActivityRecord): boolean => !deleted_at && status !== "CANCELLED";

/** Counts the tasks as they are stored. */
function recount(tasks: readonly ActivityRecord[]) {
  const counted = tasks.filter(isCounted);
  const completed = counted.filter(({ status }) => status === "COMPLETED");
  return {
    total_task: counted.length,
    total_task_completed: completed.length,
    total_minutes: completed.reduce((sum, { duration_minutes }) => sum + (duration_minutes ?? 0), 0),
  };
}

it("totals equal a recount of the tasks after random changes, moves, deletes and merges by several writers", async () => {
  const { admin } = tenant;
  const random = createRandom(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const customers = [
    (await admin.createCustomer({ name: "Fjord" })).data.id,
    (await admin.createCustomer({ name: "Fjord" })).data.id,
  ] as const;
  const projects = await Promise.all(
    customers.map(
      async (customer_id) =>
        (await admin.createProject({ title: "Pier", customer_id, milestones: [{ name: "One" }, { name: "Two" }] })).data,
    ),
  );
  const taskIds: string[] = [];
  const work: Record<string, () => Promise<unknown>> = {
    create: async () => {
      const { id, milestones } = pick(projects);
      const milestone_id = random() < 0.5 ? pick(milestones).id : null;
      const minutes = random() < 0.7 ? Math.floor(random() * 90) : null;
      const { data } = await admin.createProjectTask({ id, subject: "Saw", milestone_id, duration_minutes: minutes });
      taskIds.push(data.id);
    },
    complete: () => admin.completeActivity({ id: pick(taskIds) }),
    cancel: () => admin.cancelActivity({ id: pick(taskIds) }),
    reopen: () => admin.reopenActivity({ id: pick(taskIds) }),
    lengthen: () => admin.updateActivity({ id: pick(taskIds), duration_minutes: Math.floor(random() * 300) }),
    remove: () => admin.deleteActivity({ id: pick(taskIds) }),
    restore: () => admin.restoreActivity({ id: pick(taskIds) }),
    move: async () => {
      const activity_id = pick(taskIds);
      const { related_to_id } = (await admin.getActivity({ id: activity_id })).data;
      const target = pick(projects);
      const milestone_id = random() < 0.5 ? pick(target.milestones).id : null;
      await allowAnyInput(admin).moveProjectTask({ id: related_to_id, activity_id, project_id: target.id, milestone_id });
    },
  };
  for (let index = 0; index < 8; index++) await work.create?.();
  for (let round = 0; round < 14; round++) {
    // Writers of the same records conflict: some requests fail, as they would for users.
    await Promise.allSettled([pick(Object.values(work))(), pick(Object.values(work))(), pick(Object.values(work))()]);
    if (random() < 0.4) await app.settle();
    if (round === 7) {
      await app.settle();
      await admin.mergeCustomers({ id: customers[0], merged_id: customers[1] });
    }
  }
  await app.settle();
  const tasks = await runIn(systemContext(app.ports, tenant.id, "test"), () => Records.loadMany(Activities, taskIds));
  const stored = tasks.flatMap((task) => task ?? []);
  expect(stored).toHaveLength(taskIds.length);
  for (const { id } of projects) {
    const { data: project } = await admin.getProject({ id });
    const own = stored.filter(({ related_to_id }) => related_to_id === id);
    const expected = recount(own);
    expect(project).toMatchObject({
      ...expected,
      customer_id: customers[0],
      percent_complete:
        expected.total_task === 0 ? null : Math.floor((expected.total_task_completed * 100) / expected.total_task),
    });
    const { data: milestones } = await admin.listProjectMilestones({ id });
    expect(milestones.map(({ total_task, total_task_completed }) => [total_task, total_task_completed])).toEqual(
      milestones.map((milestone) => {
        const { total_task, total_task_completed } = recount(own.filter(({ milestone_id }) => milestone_id === milestone.id));
        return [total_task, total_task_completed];
      }),
    );
    // The list has the same totals as the record.
    const row = (await admin.listProjects({})).data.find((project) => project.id === id);
    expect(row).toMatchObject(expected);
  }
});
