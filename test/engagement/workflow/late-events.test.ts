import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  deliverToSubscriber,
  inProcessTransport,
  newLead,
  recordPublishedEvents,
  signIn,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let events: readonly DomainEvent[];
beforeAll(async () => {
  app = await startTestApp();
  events = recordPublishedEvents(app);
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const DAY_MS = 24 * 60 * 60 * 1000;

interface Scenario {
  /** Changes the lead, and returns the event with the workflows that the change matched. */
  readonly change: (fields: object) => Promise<DomainEvent | undefined>;
  readonly listStatuses: () => Promise<string[]>;
}

/** A lead, and a workflow that enrolls leads whose company becomes Alpha. */
async function start(definition: object): Promise<Scenario> {
  const { data } = await tenant.admin.createWorkflow({
    ...{ name: "Late", kind: "lead", trigger: { on: "changed" }, where: { company: "Alpha" } },
    steps: [{ id: "pause", do: "wait", for: "1d" }],
    ...definition,
  });
  await tenant.admin.publishWorkflow({ id: data.id });
  const { data: lead } = await tenant.admin.createLead(newLead({ company: "Beta" }));
  await app.settle();
  return {
    change: async (fields) => {
      const before = events.length;
      await tenant.admin.updateLead({ id: lead.id, ...fields });
      await app.settle();
      return events.slice(before).find(({ type }) => type === "workflow.change_matched");
    },
    listStatuses: async () =>
      (await tenant.admin.listEnrollmentsOfWorkflow({ id: data.id })).data.map(({ status }) => String(status)).sort(),
  };
}

async function redeliver(event: DomainEvent | undefined): Promise<void> {
  if (!event) throw new Error("The change has matched no workflow");
  await deliverToSubscriber(app, "workflows", event);
  await app.settle();
}

describe("An event of a change that comes again", () => {
  it("enrolls no record that was refused at its first delivery, also after the record has left", async () => {
    const { change, listStatuses } = await start({ enrollment: { repeat: "once_at_a_time" } });
    await change({ company: "Alpha" });
    await change({ company: "Beta" });
    const refused = await change({ company: "Alpha" });
    app.setClock({ advance: DAY_MS });
    await app.settle();
    tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    expect(await listStatuses()).toEqual(["COMPLETED"]);
    await redeliver(refused);
    expect(await listStatuses()).toEqual(["COMPLETED"]);
  });

  it("ends no enrollment that began after the change", async () => {
    const { change, listStatuses } = await start({
      enrollment: { repeat: "every_time" },
      exit: { where: { job_title: "Gone" } },
    });
    await change({ company: "Alpha" });
    const gone = await change({ job_title: "Gone" });
    await change({ job_title: "Back", company: "Beta" });
    await change({ company: "Alpha" });
    expect(await listStatuses()).toEqual(["EXITED", "WAITING"]);
    await redeliver(gone);
    expect(await listStatuses()).toEqual(["EXITED", "WAITING"]);
  });

  it("ends no wait that began after the change", async () => {
    const steps = [{ id: "pause", do: "wait", until_where: { job_title: "Called" }, timeout: "5d" }];
    const { change, listStatuses } = await start({ steps, enrollment: { repeat: "every_time" } });
    const called = await change({ job_title: "Called" });
    await change({ job_title: "Waiting", company: "Alpha" });
    expect(await listStatuses()).toEqual(["WAITING"]);
    await redeliver(called);
    expect(await listStatuses()).toEqual(["WAITING"]);
  });
});
