import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let colleague: TestUser;
let customer: string;
let opportunity: string;

const createPlaybook = async (more: Record<string, unknown> = {}) =>
  (
    await tenant.admin.createPlaybook({
      ...{ name: "Win the deal", record_kind: "opportunity" },
      steps: [
        {
          name: "Call",
          text: "Ask who decides",
          task: { subject: "Call the customer", activity_type_id: "call", due_in_days: 2 },
        },
        { name: "Know the value", required_fields: ["amount", "close_date"] },
        { name: "Offer" },
      ],
      ...more,
    })
  ).data;
const readProgress = async (user: TestUser, record_id: string) => (await user.client.listPlaybookProgress({ record_id })).data;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  [rep, colleague] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
  customer = (await rep.client.createCustomer({ name: "Zeppelin Works", owner_id: rep.id })).data.id;
  opportunity = (await rep.client.createOpportunity({ name: "One Zeppelin", customer_id: customer, owner_id: rep.id })).data.id;
});
afterAll(() => app.stop());

describe("a playbook", () => {
  it("names the step of each fault", async () => {
    const steps = [
      { name: "A" },
      { name: "B", task: { subject: "x", activity_type_id: "dance" }, required_fields: ["amount", "amont"] },
    ];
    await expect(createPlaybook({ steps, where: { amont: { gte: "1" } }, lead_status_id: "new" })).rejects.toMatchObject({
      details: expect.arrayContaining([
        expect.objectContaining({ field: "steps[1].required_fields[1]" }),
        expect.objectContaining({ field: "steps[1].task.activity_type_id" }),
        expect.objectContaining({ field: "lead_status_id" }),
        expect.objectContaining({ field: "where.amont.gte" }),
      ]),
    });
    await expect(rep.client.createPlaybook({ name: "x", record_kind: "lead", steps: [{ name: "A" }] })).rejects.toMatchObject({
      status: 403,
    });
  });

  it("can be sent back without a step that was removed, and refuses steps that it does not have", async () => {
    const [{ id }, other] = [await createPlaybook(), await createPlaybook({ record_kind: "lead", steps: [{ name: "Greet" }] })];
    const { data: answer } = await tenant.admin.getPlaybook({ id });
    const steps = answer.steps.filter(({ name }) => name !== "Call");
    const { data: replaced } = await tenant.admin.replacePlaybook({ ...answer, steps });
    expect(replaced.steps).toEqual(steps);
    expect((await tenant.admin.updatePlaybook({ id, steps: steps.slice(1) })).data.steps).toEqual(steps.slice(1));
    const refusal = {
      status: 400,
      details: [{ field: "steps[0].id", message: expect.stringMatching(/^The playbook has no step/) }],
    };
    await expect(tenant.admin.replacePlaybook(answer)).rejects.toMatchObject({
      status: 400,
      details: [expect.objectContaining({ field: "steps[0].id" }), expect.objectContaining({ field: "steps[1].id" })],
    });
    for (const unknown of [other.steps, [{ id: `pbs_${"0".repeat(18)}`, name: "Call" }]]) {
      await expect(tenant.admin.updatePlaybook({ id, steps: unknown })).rejects.toMatchObject(refusal);
      await expect(createPlaybook({ steps: unknown })).rejects.toMatchObject(refusal);
    }
    for (const playbook of [id, other.id]) await tenant.admin.deletePlaybook({ id: playbook });
  });

  it("applies by stage and conditions, and guides through its steps", async () => {
    const playbook = await createPlaybook({ where: { name: { prefix: "one" } } });
    const other = await createPlaybook({ name: "Close", stage_id: "negotiation" });
    const [first, second, third] = playbook.steps.map(({ id }) => id);
    const [before, ...rest] = await readProgress(rep, opportunity);
    expect(rest).toEqual([]);
    expect(before).toMatchObject({ playbook_id: playbook.id, done_count: 0, next_step_id: first });

    const at = { id: playbook.id, record_id: opportunity };
    await rep.client.completePlaybookStep({ ...at, step_id: first ?? "" });
    const { data: checked } = await rep.client.completePlaybookStep({ ...at, step_id: second ?? "" });
    expect(checked).toMatchObject({ done_count: 1, next_step_id: second });
    expect(checked.steps[1]).toMatchObject({ is_checked: true, is_done: false, missing_fields: ["amount", "close_date"] });
    await rep.client.updateOpportunity({ id: opportunity, amount: "100.00", close_date: "2027-01-31" });
    const [after] = await readProgress(rep, opportunity);
    expect(after).toMatchObject({ done_count: 2, next_step_id: third });
    expect(after?.steps[0]).toMatchObject({ completed_by: rep.id });
    const { data: reopened } = await rep.client.reopenPlaybookStep({ ...at, step_id: first ?? "" });
    expect(reopened).toMatchObject({ done_count: 1, next_step_id: first });

    // A renamed step keeps its progress, a removed one its history, and a new one is open.
    await tenant.admin.updatePlaybook({
      id: playbook.id,
      steps: [{ id: third, name: "Send the offer" }, { name: "New" }],
    });
    const [changed] = await readProgress(rep, opportunity);
    expect(changed?.steps.map(({ name, is_checked }) => [name, is_checked])).toEqual([
      ["Send the offer", false],
      ["New", false],
    ]);
    expect(changed?.removed_steps.map(({ name }) => name).sort()).toEqual(["Call", "Know the value"]);

    await tenant.admin.deletePlaybook({ id: playbook.id });
    await tenant.admin.deletePlaybook({ id: other.id });
    expect(await readProgress(rep, opportunity)).toEqual([]);
  });

  it("creates the task of a step once, also for two requests at once", async () => {
    const playbook = await createPlaybook();
    const input = { id: playbook.id, record_id: opportunity, step_id: playbook.steps[0]?.id ?? "" };
    const answers = await Promise.all([rep.client.createPlaybookTask(input), rep.client.createPlaybookTask(input)]);
    const ids = new Set(answers.map(({ data }) => data.steps[0]?.task_id));
    expect(ids.size).toBe(1);
    const { data: activities } = await rep.client.listActivities({ related_to_id: opportunity });
    expect(activities.map(({ id, subject, assigned_to_id }) => [id, subject, assigned_to_id])).toEqual([
      [[...ids][0], "Call the customer", rep.id],
    ]);
    const steps = playbook.steps.map(({ id }) => id);
    const at = { id: playbook.id, record_id: opportunity };
    await Promise.all(steps.map((step_id) => rep.client.completePlaybookStep({ ...at, step_id })));
    expect(await readProgress(rep, opportunity)).toMatchObject([{ done_count: 3, next_step_id: null }]);
    await tenant.admin.deletePlaybook({ id: playbook.id });
  });

  it("is closed to a colleague without access, and to another tenant", async () => {
    const playbook = await createPlaybook();
    const input = { id: playbook.id, record_id: opportunity, step_id: playbook.steps[0]?.id ?? "" };
    const stranger = await signUp(app);
    for (const client of [colleague.client, stranger.admin]) {
      await expect(client.listPlaybookProgress({ record_id: opportunity })).rejects.toMatchObject({ status: 404 });
      await expect(client.completePlaybookStep(input)).rejects.toMatchObject({ status: 404 });
      await expect(client.createPlaybookTask(input)).rejects.toMatchObject({ status: 404 });
    }
    await tenant.admin.deletePlaybook({ id: playbook.id });
  });

  it("keeps the further progress of merged customers", async () => {
    const playbook = await createPlaybook({ record_kind: "customer", steps: [{ name: "A" }, { name: "B" }, { name: "C" }] });
    const [a = "", b = "", c = ""] = playbook.steps.map(({ id }) => id);
    const merged = (await rep.client.createCustomer({ name: "Zeppelin Work", owner_id: rep.id })).data.id;
    const at = { id: playbook.id };
    await rep.client.completePlaybookStep({ ...at, record_id: customer, step_id: c });
    for (const step_id of [a, b]) await rep.client.completePlaybookStep({ ...at, record_id: merged, step_id });
    await tenant.admin.mergeCustomers({ id: customer, merged_id: merged });
    await app.settle();
    const [progress] = await readProgress(rep, customer);
    expect(progress).toMatchObject({ record_id: customer, done_count: 2, next_step_id: c });
    for (const step_id of [a, b]) await rep.client.reopenPlaybookStep({ ...at, record_id: customer, step_id });
    expect(await readProgress(rep, customer)).toMatchObject([{ done_count: 0, next_step_id: a }]);
  });

  it("applies to the customers of a segment", async () => {
    const { data: segment } = await tenant.admin.createSegment({ name: "Airships", membership: "STATIC" });
    const playbook = await createPlaybook({
      record_kind: "customer",
      name: "Airships",
      segment_id: segment.id,
      steps: [{ name: "A" }],
    });
    const { data: member } = await rep.client.createCustomer({ name: "Nordstern", owner_id: rep.id });
    const listIds = async () => (await readProgress(rep, member.id)).map(({ playbook_id }) => playbook_id);
    expect(await listIds()).not.toContain(playbook.id);
    await tenant.admin.changeSegmentMembers({ id: segment.id, add: [member.id] });
    await app.settle();
    expect(await listIds()).toContain(playbook.id);
  });
});
