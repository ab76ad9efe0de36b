import {
  addManagedWorkflows,
  buildManagedId,
  type ManagedPeriod,
  syncManagedWorkflows,
} from "@crm/core/engagement/workflow/managed-workflow.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { listPeriods } from "@crm/core/platform/rule/validity-period.rules.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

/** A workflow that names itself in the description of each lead that moves to a company. */
const rename = (key: string, company: string, text = key) => ({
  key,
  name: `Rename ${key}`,
  definition: {
    kind: "lead",
    trigger: { on: "changed" as const, fields: ["company"] },
    where: { company },
    enrollment: { repeat: "every_time" as const, existing: false },
    steps: [{ id: "mark", do: "update" as const, set: { description: text }, on_error: "stop" as const }],
  },
});

const write = (periods: readonly ManagedPeriod[]) =>
  inTenant(async () => {
    const tx = transaction();
    await addManagedWorkflows(tx, "test", periods);
    await tx.commit(undefined);
  });

const since = async (workflows: ManagedPeriod["workflows"]): Promise<ManagedPeriod> => ({
  from: await inTenant(async () => Clock.now()),
  to: null,
  workflows,
});

async function moveLead(company: string): Promise<() => Promise<string | null>> {
  const { id } = (await tenant.admin.createLead(newLead())).data;
  await tenant.admin.updateLead({ id, company });
  return async () => (await tenant.admin.getLead({ id })).data.description;
}

describe("a managed workflow", () => {
  it("runs as the system, follows its manager, and cannot be changed by itself", async () => {
    await write([await since([rename("a", "Alpha"), rename("b", "Beta")])]);
    const [alpha, beta] = [await moveLead("Alpha"), await moveLead("Beta")];
    await app.settle();
    expect([await alpha(), await beta()]).toEqual(["a", "b"]);
    const id = await inTenant(async () => buildManagedId("test", "a"));
    const { data } = await tenant.admin.getWorkflow({ id });
    expect(data).toMatchObject({
      name: "Rename a",
      status: "ACTIVE",
      managed_by: "test",
      run_as: "system",
      published_version: 1,
    });
    for (const change of [
      () => tenant.admin.updateWorkflow({ id, name: "Mine" }),
      () => tenant.admin.publishWorkflow({ id }),
      () => tenant.admin.deleteWorkflow({ id }),
    ])
      await expect(change()).rejects.toMatchObject({
        status: 422,
        message: expect.stringContaining("The workflow is managed by test: change it there"),
      });

    await write([await since([rename("a", "Alpha", "changed")])]);
    const [again, ended] = [await moveLead("Alpha"), await moveLead("Beta")];
    await app.settle();
    expect([await again(), await ended()]).toEqual(["changed", null]);
    expect((await tenant.admin.getWorkflow({ id })).data.published_version).toBe(2);
    const b = await inTenant(async () => buildManagedId("test", "b"));
    expect((await tenant.admin.getWorkflow({ id: b })).data.status).toBe("ENDED");
  });

  it("decides a late change by the version of its time", async () => {
    await write([await since([rename("a", "Late", "first")])]);
    const late = await moveLead("Late");
    await write([await since([rename("a", "Late", "second")])]);
    await app.settle();
    expect(await late()).toBe("first");
    await write([]);
    const none = await moveLead("Late");
    await app.settle();
    expect(await none()).toBeNull();
  });

  it("begins and ends with its period, and is the same after a repetition", async () => {
    const from = await inTenant(async () => Clock.addSeconds(3600));
    const to = await inTenant(async () => Clock.addSeconds(7200));
    const periods = [{ from, to, workflows: [rename("timed", "Timed")] }];
    await write(periods);
    const seen: (string | null)[] = [];
    for (const hours of [0, 1.5, 1]) {
      app.setClock({ advance: hours * 3_600_000 });
      tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
      await inTenant(() => syncManagedWorkflows("test", periods));
      const moved = await moveLead("Timed");
      await app.settle();
      seen.push(await moved());
    }
    expect(seen).toEqual([null, "timed", null]);
    const id = await inTenant(async () => buildManagedId("test", "timed"));
    expect((await tenant.admin.listWorkflowVersions({ id })).data).toHaveLength(1);
  });

  it("enrolls existing records once, when its period begins", async () => {
    const { id } = (await tenant.admin.createLead(newLead({ company: "Waiting" }))).data;
    const from = await inTenant(async () => Clock.addSeconds(3600));
    const { definition, ...named } = rename("existing", "Waiting");
    const trigger = { on: "schedule" as const, cron: "0 0 1 1 *" };
    const enrollment = { repeat: "every_time" as const, existing: true };
    const periods = [{ from, to: null, workflows: [{ ...named, definition: { ...definition, trigger, enrollment } }] }];
    await write(periods);
    const counts: number[] = [];
    for (const hours of [0, 1.5, 1]) {
      app.setClock({ advance: hours * 3_600_000 });
      tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
      await inTenant(() => syncManagedWorkflows("test", periods));
      await app.settle();
      counts.push((await tenant.admin.listWorkflowEnrollments({ record: id })).data.length);
    }
    expect(counts).toEqual([0, 1, 1]);
  });
});

describe("the periods of a rule", () => {
  const span = (id: string, number: number, valid_from: string, valid_to: string | null) => ({
    id,
    number,
    valid_from,
    valid_to,
  });
  it.each([
    ["none", [], []],
    ["one since its beginning", [span("a", 1, "01", null)], ["a 01-"]],
    ["one that ended is left out", [span("a", 1, "01", "03")], []],
    ["one that follows", [span("a", 1, "01", null), span("b", 2, "07", null)], ["a 01-07", "b 07-"]],
    ["one that interrupted", [span("a", 1, "01", null), span("b", 2, "02", "04")], ["a 04-"]],
    ["one that will interrupt", [span("a", 1, "01", null), span("b", 2, "06", "08")], ["a 01-06", "b 06-08", "a 08-"]],
    ["a gap", [span("a", 1, "01", "06"), span("b", 2, "08", null)], ["a 01-06", "b 08-"]],
  ])("%s", (_, spans, expected) => {
    expect(listPeriods(spans, "05").map(({ from, to, span: { id } }) => `${id} ${from}-${to ?? ""}`)).toEqual(expected);
  });
});
