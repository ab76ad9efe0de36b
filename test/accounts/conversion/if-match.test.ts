import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const staleWriteError = { status: 412, code: "VERSION_CONFLICT" };

describe("If-Match on operations that join records", () => {
  it("rejects the conversion of a lead that has changed since it was read", async () => {
    const { data } = await tenant.admin.createLead(
      newLead({ budget: "50000.00", authority: "CTO", need: "A CRM", timeline: "Q1" }),
    );
    await tenant.admin.setLeadScore({ id: data.id, lead_score: 90, reason: "Known well" });
    await expect(tenant.admin.convertLead({ id: data.id }, { ifMatch: '"1"' })).rejects.toMatchObject(staleWriteError);
    const { data: now } = await tenant.admin.getLead({ id: data.id });
    expect(now.converted_date ?? null).toBeNull();
    const response = await tenant.admin.convertLead({ id: data.id }, { ifMatch: `"${now.version}"` });
    expect(response.status).toBeLessThan(300);
  });

  it("rejects the merge into a person who has changed since the read", async () => {
    const person = async () => (await tenant.admin.createPerson({ first_name: "Mia", last_name: "Merge" })).data;
    const [survivor, mergedPerson] = [await person(), await person()];
    await tenant.admin.updatePerson({ id: survivor.id, title: "Dr" });
    const merge = (ifMatch: string) => tenant.admin.mergePersons({ id: survivor.id, merged_id: mergedPerson.id }, { ifMatch });
    await expect(merge('"1"')).rejects.toMatchObject(staleWriteError);
    await expect(merge('"2"')).resolves.toMatchObject({ data: { merge_id: expect.any(String) } });
  });
});
