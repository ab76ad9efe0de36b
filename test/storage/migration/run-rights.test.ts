import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newFolder, removeFolder } from "../../local/backup/support.ts";
import { inProcessTransport, startTestApp } from "../../support/app.ts";

/**
 * A store of version 0.2.0 (fixtures/run-rights-writer.ts). A user who is no ADMIN has changed `run_as` of two published workflows: of "Raised" to the
 * system, and of "Lowered" to the owner. All workflows belong to that user, who sees no lead.
 */
describe("a store with workflows whose draft and published version disagree about their rights", () => {
  const data = newFolder();
  let app: App;
  let admin: Client;

  beforeAll(async () => {
    await restoreStore(join(import.meta.dirname, "fixtures/run-rights.backup"), data);
    app = await startTestApp({ data });
    const { data: session } = await createClient(inProcessTransport(app)).login({
      email: "ada@navy.example",
      password: "Correct-Horse-9000",
    });
    admin = createClient(inProcessTransport(app, session.access_token));
  });
  afterAll(async () => {
    await app.stop();
    removeFolder(data);
  });

  /** Changes each lead, and returns those into which its workflow wrote. */
  async function listWritten(): Promise<(string | null)[]> {
    const { data: leads } = await admin.listLeads();
    for (const { id } of leads) await admin.updateLead({ id, job_title: randomUUID(), description: null });
    await app.settle();
    const read = await Promise.all(leads.map(({ id }) => admin.getLead({ id })));
    return read.flatMap(({ data: lead }) => (lead.description === "done" ? [lead.company] : [])).sort();
  }

  const readRights = async (name: string) => {
    const [row] = (await admin.listWorkflows({ search: name })).data;
    const { data: workflow } = await admin.getWorkflow({ id: row?.id ?? "" });
    return [workflow.run_as, workflow.published_run_as, workflow.system_rights_withdrawn_at !== null];
  };

  it("gives no workflow the rights of the system that both do not name, before it is migrated too", async () => {
    expect(await listWritten()).toEqual(["System"]);
  });

  it("has the owner in both once it is migrated, and its ADMINs are told of each", async () => {
    const { failed } = await migrate(app.ports);
    expect(failed).toEqual([]);
    await app.settle();
    expect(await readRights("Owner")).toEqual(["owner", "owner", false]);
    expect(await readRights("System")).toEqual(["system", "system", false]);
    expect(await readRights("Raised")).toEqual(["owner", "owner", true]);
    expect(await readRights("Lowered")).toEqual(["owner", "owner", true]);
    expect(await readRights("Draft")).toEqual(["system", null, false]);
    const { data: notices } = await admin.listNotifications();
    expect(notices.map(({ title }) => title).sort()).toEqual(
      ["Lowered", "Raised"].map((name) => `Workflow no longer runs as the system: ${name}`),
    );
    expect(await listWritten()).toEqual(["System"]);
  });
});
