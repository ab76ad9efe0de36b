import { randomUUID } from "node:crypto";
import { ApiError, allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Whose rights a published workflow has is decided by what was published, not by what others write into the draft since. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  await tenant.admin.updateTenant({ settings: { visibility: "own" } });
});
afterAll(() => app.stop());

/** The roles below ADMIN that may write workflows, as users and as API keys. */
const callers = (["DIRECTOR", "MANAGER", "MARKETER"] as const).flatMap((role) => [
  { role, as: "user" as const },
  { role, as: "API key" as const },
]);
type Caller = (typeof callers)[number];

async function connect({ role, as }: Caller): Promise<Client> {
  if (as === "user") return (await addUser(app, tenant, role)).client;
  const { data } = await tenant.admin.createApiKey({ name: `${role} key`, role });
  return createClient(inProcessTransport(app, data.key));
}

/** A workflow that overwrites leads of a company, as the admin publishes it. */
const buildWorkflow = (company: string, run_as: "owner" | "system", owner_id: string) => ({
  name: company,
  kind: "lead",
  owner_id,
  run_as,
  trigger: { on: "changed", fields: ["job_title"] },
  where: { company },
  enrollment: { repeat: "every_time" },
  steps: [{ id: "mark", do: "update", set: { description: "done" } }],
});

async function publish(workflow: object): Promise<string> {
  const { data } = await allowAnyInput(tenant.admin).createWorkflow(workflow);
  await tenant.admin.publishWorkflow({ id: data.id });
  return data.id;
}

/** Returns the code of the failure and the field that it names. */
async function refuse(call: Promise<unknown>): Promise<[string, string | undefined]> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error("The call was not refused", { cause: error });
  return [error.code, error.details[0]?.field];
}

/** Changes a lead that only the admin sees, and returns what the workflow wrote. */
async function trigger(lead: string): Promise<string | null> {
  await tenant.admin.updateLead({ id: lead, job_title: randomUUID(), description: null });
  await app.settle();
  return (await tenant.admin.getLead({ id: lead })).data.description;
}

describe.each(callers)("a $role as a $as", (caller) => {
  it("cannot let a workflow run as the system, neither a new one nor a published one of another user", async () => {
    const client = await connect(caller);
    const weak = await addUser(app, tenant, "SALES_REP");
    const company = randomUUID();
    const lead = (await tenant.admin.createLead(newLead({ company }))).data.id;
    const id = await publish(buildWorkflow(company, "owner", weak.id));
    const created = allowAnyInput(client).createWorkflow(buildWorkflow(`${company} 2`, "system", weak.id));
    expect(await refuse(created)).toEqual(["FORBIDDEN", "run_as"]);
    expect(await refuse(client.updateWorkflow({ id, run_as: "system" }))).toEqual(["FORBIDDEN", "run_as"]);
    // The owner does not see the lead.
    expect(await trigger(lead)).toBeNull();
  });

  it("takes the system away from a workflow by a change of it, until an ADMIN publishes it again, and the ADMINs are told", async () => {
    const client = await connect(caller);
    const weak = await addUser(app, tenant, "SALES_REP");
    const company = randomUUID();
    const lead = (await tenant.admin.createLead(newLead({ company }))).data.id;
    const id = await publish(buildWorkflow(company, "system", weak.id));
    expect(await trigger(lead)).toBe("done");
    const steps = [{ id: "mark", do: "update", set: { description: "edited" } }];
    const { data: edited } = await client.updateWorkflow({ id, steps });
    expect(edited).toMatchObject({ run_as: "owner", published_run_as: "owner", system_rights_withdrawn_at: expect.any(String) });
    expect(await trigger(lead)).toBeNull();
    const { data: notices } = await tenant.admin.listNotifications({ type: "workflow_rights_withdrawn" });
    expect(notices.filter(({ record_id }) => record_id === id)).toHaveLength(1);
    await tenant.admin.updateWorkflow({ id, run_as: "system" });
    expect(await trigger(lead)).toBeNull();
    const { data: published } = await tenant.admin.publishWorkflow({ id });
    expect(published).toMatchObject({ published_run_as: "system", system_rights_withdrawn_at: null });
    expect(await trigger(lead)).toBe("edited");
  });

  it("changes the name and the description of a workflow without a consequence", async () => {
    const client = await connect(caller);
    const company = randomUUID();
    const lead = (await tenant.admin.createLead(newLead({ company }))).data.id;
    const id = await publish(buildWorkflow(company, "system", tenant.userId));
    const { data } = await client.updateWorkflow({ id, name: `${company} renamed`, description: "Why" });
    expect(data).toMatchObject({ run_as: "system", published_run_as: "system" });
    expect(await trigger(lead)).toBe("done");
  });
});

describe("the published version", () => {
  it("decides about the rights, although an ADMIN has changed the draft since", async () => {
    const company = randomUUID();
    const weak = await addUser(app, tenant, "SALES_REP");
    const lead = (await tenant.admin.createLead(newLead({ company }))).data.id;
    const id = await publish(buildWorkflow(company, "owner", weak.id));
    await tenant.admin.updateWorkflow({ id, run_as: "system" });
    expect(await trigger(lead)).toBeNull();
    await tenant.admin.publishWorkflow({ id });
    await tenant.admin.updateWorkflow({ id, run_as: "owner" });
    expect(await trigger(lead)).toBe("done");
  });

  it("is named in the audit trail of its effects, with who published it", async () => {
    const company = randomUUID();
    const lead = (await tenant.admin.createLead(newLead({ company }))).data.id;
    await publish(buildWorkflow(company, "system", tenant.userId));
    await trigger(lead);
    const { data: publisher } = await tenant.admin.getUser({ id: tenant.userId });
    const { data: rows } = await tenant.admin.listAuditEntries({ record_id: lead });
    const entries = await Promise.all(rows.map(({ id }) => tenant.admin.getAuditEntry({ id })));
    expect(entries.map(({ data }) => data.change_reason)).toContain(
      `Workflow ${company}, version 1, published by ${publisher.display_name}`,
    );
  });

  it("enrolls by hand only records that meet its conditions", async () => {
    const company = randomUUID();
    const other = (await tenant.admin.createLead(newLead({ company: "Other" }))).data.id;
    const id = await publish(buildWorkflow(company, "system", tenant.userId));
    const enrolling = tenant.admin.enrollInWorkflow({ id, record_id: other });
    await expect(enrolling).rejects.toThrow("The record does not meet the conditions");
  });
});
