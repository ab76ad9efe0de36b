import { ApiError } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let emailCount = 0;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "BE" });
});
afterAll(() => app.stop());

/** Creates leads with the same name by default, because a contact point with three different names counts as shared. */
const createLead = async (more: Record<string, unknown>) => {
  const typed = { first_name: "Grace", last_name: "Hopper", email: null, ...more };
  return (await tenant.admin.createLead(newLead(typed))).data;
};
const readPerson = async (id: string) => (await tenant.admin.getPerson({ id })).data;
const newEmail = (): string => `p${++emailCount}.unique@mail.example`;
/** Candidates of two persons. The stream may find others, because the persons here have the same name. */
const listCandidates = (...persons: readonly string[]) =>
  dumpItems(app, tenant.id).filter(
    ({ __edb_e__, row }) => __edb_e__ === "candidate" && persons.every((person) => String(row).includes(person)),
  );

describe("the person of a lead", () => {
  it("is the same for an equal email regardless of case, and the lead keeps the original spelling", async () => {
    const email = newEmail();
    const first = await createLead({ email });
    const second = await createLead({ email: email.toUpperCase() });
    expect(second.personal_key_id).toBe(first.personal_key_id);
    expect(second.id).not.toBe(first.id);
    expect(second.email).toBe(email.toUpperCase());
    expect((await readPerson(first.personal_key_id)).contact_points).toHaveLength(1);
  });

  it("is the same for an equal telephone number in any format", async () => {
    const first = await createLead({ phone: "+32 485 00 11 22" });
    for (const phone of ["0032485001122", "0485001122", "0485 00 11 22", "+32485001122"]) {
      expect((await createLead({ phone })).personal_key_id).toBe(first.personal_key_id);
    }
    expect((await createLead({ mobile: "0485/00.11.22" })).personal_key_id).toBe(first.personal_key_id);
  });

  it("is new for an invalid number, which is stored as typed and identifies no one", async () => {
    const [a, b] = [await createLead({ phone: "456-6126" }), await createLead({ phone: "456-6126" })];
    expect(a.personal_key_id).not.toBe(b.personal_key_id);
    expect(a.phone).toBe("456-6126");
    expect((await createLead({ phone: "   " })).phone).toBeNull();
  });

  it("is the owner of the email if email and phone have two owners, who become a candidate pair and stay separate", async () => {
    const [email, phone] = [newEmail(), "+32 485 10 20 30"];
    const byEmail = await createLead({ email });
    const byPhone = await createLead({ phone });
    const pair = [byEmail.personal_key_id, byPhone.personal_key_id];
    const sharedLead = await createLead({ email, phone });
    expect(sharedLead.personal_key_id).toBe(byEmail.personal_key_id);
    expect(listCandidates(...pair)).toHaveLength(1);
    await createLead({ email, phone });
    expect(listCandidates(...pair)).toHaveLength(1);
    expect((await readPerson(byPhone.personal_key_id)).contact_points).toHaveLength(1);
  });

  it("is a new one once three different names share a contact point", async () => {
    const email = newEmail();
    const firstLeads = await Promise.all([0].map(() => createLead({ email, first_name: "Ann", last_name: "One" })));
    const second = await createLead({ email, first_name: "Bob", last_name: "Two" });
    expect(second.personal_key_id).toBe(firstLeads[0]?.personal_key_id);
    const third = await createLead({ email, first_name: "Cat", last_name: "Three" });
    expect(third.personal_key_id).not.toBe(second.personal_key_id);
    const fourth = await createLead({ email, first_name: "Ann", last_name: "One" });
    expect(fourth.personal_key_id).not.toBe(second.personal_key_id);
  });

  it("is one for a hundred concurrent leads", async () => {
    const email = newEmail();
    const leads = await Promise.all(
      Array.from({ length: 100 }, () => createLead({ email, first_name: "Same", last_name: "Person" })),
    );
    expect(new Set(leads.map(({ personal_key_id }) => personal_key_id)).size).toBe(1);
    expect(new Set(leads.map(({ id }) => id)).size).toBe(100);
    expect(new Set(leads.map(({ lead_number }) => lead_number)).size).toBe(100);
  });

  it("gains the contact points added to a lead later, and loses none", async () => {
    const [first, laterEmail] = [newEmail(), newEmail()];
    const lead = await createLead({ email: first });
    await tenant.admin.updateLead({ id: lead.id, email: laterEmail, phone: "+32 485 99 88 77" });
    const values = (await readPerson(lead.personal_key_id)).contact_points.map(({ contact_value }) => contact_value);
    expect(values).toEqual([first, laterEmail, "+32 485 99 88 77"]);
    expect((await createLead({ email: laterEmail })).personal_key_id).toBe(lead.personal_key_id);
    await tenant.admin.updateLead({ id: lead.id, email: null });
    expect((await readPerson(lead.personal_key_id)).contact_points).toHaveLength(3);
  });

  it("can be specified, and fills in the fields that the lead omits", async () => {
    const knownLead = await createLead({ first_name: "Nora", last_name: "Named", email: newEmail() });
    const { data: lead } = await tenant.admin.createLead({ personal_key_id: knownLead.personal_key_id });
    expect(lead).toMatchObject({
      first_name: "Nora",
      last_name: "Named",
      email: knownLead.email,
      personal_key_id: knownLead.personal_key_id,
    });
    const otherTenant = await signUp(app);
    for (const [crm, more, field] of [
      [tenant.admin, { personal_key_id: `per_${"0".repeat(18)}` }, "personal_key_id"],
      [otherTenant.admin, { personal_key_id: knownLead.personal_key_id }, "personal_key_id"],
      [tenant.admin, { external_key: "unknown" }, "external_key"],
    ] as const) {
      const rejection = await crm.createLead(newLead(more)).catch((error: unknown) => error as ApiError);
      expect(rejection).toBeInstanceOf(ApiError);
      expect(rejection).toMatchObject({ status: 400, details: [{ field }] });
    }
  });

  it("belongs to one tenant", async () => {
    const email = newEmail();
    const ownLead = await createLead({ email });
    const otherTenant = await signUp(app);
    const { data: foreignLead } = await otherTenant.admin.createLead(newLead({ email }));
    expect(foreignLead.personal_key_id).not.toBe(ownLead.personal_key_id);
  });
});
