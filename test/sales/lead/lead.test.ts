import { ApiError } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

describe("creating a lead", () => {
  it("gives it a number, the default status and the caller as owner", async () => {
    const { status, data, headers } = await tenant.admin.createLead(newLead());
    expect(status).toBe(201);
    expect(data.lead_number).toMatch(/^L-\d{4}-\d{6}$/);
    expect(data.owner_id).toBe(tenant.userId);
    expect(data.version).toBe(1);
    expect(headers.etag).toMatch(/^"1\./);
    expect(data.links.self).toBe(`/api/v1/leads/${data.id}`);
    const statuses = await tenant.admin.listMasters({ kind: "lead-statuses" });
    expect(data.lead_status_id).toBe(statuses.data.find(({ code }) => code === "new")?.id);
  });

  it("splits a full name into first and last name", async () => {
    const { data } = await tenant.admin.createLead({ full_name: "Grace Brewster Hopper" });
    expect([data.first_name, data.last_name]).toEqual(["Grace Brewster", "Hopper"]);
  });

  it("reports all errors at once", async () => {
    const rejection = await tenant.admin
      .createLead({ ...newLead(), email: "unknown", lead_source_id: "x", budget: "12,50" })
      .catch((error: unknown) => error as ApiError);
    expect(rejection).toBeInstanceOf(ApiError);
    expect((rejection as ApiError).details.map(({ field }) => field).sort()).toEqual(["budget", "email", "lead_source_id"]);
  });

  it("limits the choice of the owner to users who may assign", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const otherRep = await addUser(app, tenant, "SALES_REP");
    await expect(rep.client.createLead({ ...newLead(), owner_id: otherRep.id })).rejects.toMatchObject({ status: 403 });
    const ownLead = await rep.client.createLead({ ...newLead(), owner_id: rep.id });
    expect(ownLead.data.owner_id).toBe(rep.id);
  });
});

describe("changing a lead", () => {
  it("clears omitted fields with PUT, and keeps omitted fields with PATCH", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ company: "Navy", email_opt_out: true, tags: ["a"] }));
    const patched = await tenant.admin.updateLead({ id: lead.id, company: "Army" });
    expect(patched.data).toMatchObject({ company: "Army", email: lead.email, email_opt_out: true, tags: ["a"] });
    const replaced = await tenant.admin.replaceLead({ id: lead.id, first_name: "A", last_name: "B" });
    expect(replaced.data).toMatchObject({
      company: null,
      email: null,
      email_opt_out: true,
      tags: [],
      owner_id: lead.owner_id,
      version: 3,
    });
  });

  it("accepts its own GET response without a change", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ notes: "  x ", budget: "10" }));
    const { data: storedLead } = await tenant.admin.getLead({ id: lead.id });
    const { data: replacedLead } = await tenant.admin.replaceLead(storedLead);
    expect(replacedLead).toEqual(storedLead);
  });

  it("rejects an outdated version, and names the fields that differ", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ company: "Navy" }));
    await tenant.admin.updateLead({ id: lead.id, company: "Army" });
    const stale = tenant.admin.updateLead({ id: lead.id, company: "Fleet", first_name: lead.first_name }, { ifMatch: '"1"' });
    await expect(stale).rejects.toMatchObject({ status: 412, details: [{ field: "company" }] });
  });
});
