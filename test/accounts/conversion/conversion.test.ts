import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let director: TestUser;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  director = await addUser(app, tenant, "DIRECTOR");
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const bantFields = { budget: "50000.00", authority: "CTO", need: "A CRM", timeline: "Q1" };
type Input = Record<string, unknown>;

/** A lead that can be converted, except for what `more` removes. */
async function createReadyLead(more: Input = {}, score: number | null = 70, client: Tenant["admin"] = tenant.admin) {
  const { data } = await client.createLead(newLead({ ...bantFields, ...more }));
  if (score !== null) await client.setLeadScore({ id: data.id, lead_score: score, reason: "Known well" });
  return data;
}

const convertLead = async (id: string, more: Input = {}, client: Tenant["admin"] = tenant.admin) =>
  (await client.convertLead({ id, ...more })).data;
const readRejection = async (id: string, more: Input = {}, client: Tenant["admin"] = tenant.admin) => {
  const rejection = await client.convertLead({ id, ...more }).then(
    () => undefined,
    (error: { status: number; code: string; details: { field: string }[] }) => error,
  );
  return rejection && { status: rejection.status, code: rejection.code, fields: rejection.details.map(({ field }) => field) };
};

describe("the preview of a conversion", () => {
  const readPreview = async (id: string, client: Tenant["admin"] = tenant.admin) =>
    (await client.previewLeadConversion({ id })).data;

  it("names the records that the conversion creates, and then does", async () => {
    const lead = await createReadyLead({ company: "Kudu Freight Ltd" });
    const shown = await readPreview(lead.id);
    expect(shown).toMatchObject({
      customer: { id: null, name: "Kudu Freight Ltd" },
      contact: { id: null },
      opportunity: { id: null, name: "Kudu Freight Ltd", amount: "50000.00" },
      follow_up: { activity_type: "task", subject: "Follow up: Kudu Freight Ltd" },
      gaps: [],
    });
    const { opportunity, follow_up } = await convertLead(lead.id);
    expect(opportunity).toMatchObject({ stage_id: shown.opportunity.stage_id, close_date: shown.opportunity.close_date });
    expect(follow_up).toMatchObject({ subject: shown.follow_up.subject, due_date: shown.follow_up.due_date });
  });

  it("names the customer and the contact that exist", async () => {
    const first = await convertLead((await createReadyLead({ company: "Oryx Mills" })).id);
    const lead = await createReadyLead({ company: "ORYX mills" });
    expect(await readPreview(lead.id)).toMatchObject({ customer: { id: first.customer.id }, contact: { id: null } });
  });

  it("names what is missing, and the users who may waive it", async () => {
    const owned = (await tenant.admin.createLead(newLead({ owner_id: rep.id, email: "gap@kudu.example" }))).data;
    const shown = await readPreview(owned.id, rep.client);
    expect(shown.gaps.map(({ field, can_waive }) => [field, can_waive])).toEqual([
      ["lead_score", true],
      ["budget", true],
      ["authority", true],
      ["need", true],
      ["timeline", true],
    ]);
    expect(shown).toMatchObject({ can_override: false, qualified_passes: true });
    expect(shown.override_users.map(({ id }) => id)).toContain(director.id);
  });

  it("lets a rep convert a lead that was typed in and marked as qualified", async () => {
    const seller = await addUser(app, tenant, "SALES_REP");
    const { data: lead } = await tenant.admin.createLead(newLead({ ...bantFields, owner_id: seller.id, is_qualified: true }));
    expect((await readPreview(lead.id, seller.client)).gaps).toEqual([]);
    expect((await convertLead(lead.id, {}, seller.client)).lead.is_converted).toBe(true);
  });
});

describe("a conversion", () => {
  it("creates a customer, a contact, an opportunity and a task, and records them on the lead", async () => {
    const lead = await createReadyLead({ company: "Quagga Works Ltd", job_title: "CTO", phone: "+1 212 555 0100" });
    const result = await convertLead(lead.id);
    expect(result.customer).toMatchObject({ name: "Quagga Works Ltd", customer_type: "business", status: "PROSPECT" });
    expect(result.contact).toMatchObject({
      personal_key_id: lead.personal_key_id,
      customer_id: result.customer.id,
      job_title: "CTO",
    });
    expect(result.opportunity).toMatchObject({
      name: "Quagga Works Ltd",
      customer_id: result.customer.id,
      contact_id: result.contact.id,
      lead_id: lead.id,
      amount: "50000.00",
      owner_id: lead.owner_id,
      is_closed: false,
    });
    expect(result.follow_up).toMatchObject({
      related_to_type: "opportunity",
      related_to_id: result.opportunity.id,
      assigned_to_id: tenant.userId,
    });
    const { data } = await tenant.admin.getLead({ id: lead.id });
    expect(data).toMatchObject({
      is_converted: true,
      converted_customer_id: result.customer.id,
      converted_contact_id: result.contact.id,
      converted_opportunity_id: result.opportunity.id,
      converted_date: expect.any(String),
    });
    await app.settle();
    const { data: leads } = await tenant.admin.listCustomerLeads({ id: result.customer.id });
    expect(leads.map(({ id }) => id)).toEqual([lead.id]);
    expect((await tenant.admin.getLeadConversion({ id: lead.id })).data).toMatchObject({ status: "MOVED", rule: { number: 0 } });
  });

  it("sets the close date to 90 days from today in the tenant's time zone", async () => {
    const otherTenant = await signUp(app, { timezone: "Pacific/Kiritimati" });
    const { data: lead } = await otherTenant.admin.createLead(newLead(bantFields));
    const { data } = await otherTenant.admin.convertLead({ id: lead.id, override_reason: "known" });
    const localDate = new Date(Clock.ms() + 14 * 3600_000).toISOString().slice(0, 10);
    const days = (Date.parse(String(data.opportunity.close_date)) - Date.parse(localDate)) / 86_400_000;
    expect(days).toBe(90);
  });

  it("uses the given values of the opportunity", async () => {
    const lead = await createReadyLead();
    const { opportunity } = await convertLead(lead.id, {
      opportunity: { name: "Big one", amount: "1.5", close_date: "2030-01-31", stage_id: "proposal" },
    });
    expect(opportunity).toMatchObject({ name: "Big one", amount: "1.50", close_date: "2030-01-31", probability: 60 });
  });

  it("creates an individual customer from a lead without a company, with the same person as contact", async () => {
    const lead = await createReadyLead({ company: undefined, first_name: "Ida", last_name: "Private" });
    const { customer, contact, opportunity } = await convertLead(lead.id);
    expect(customer).toMatchObject({ customer_type: "individual", personal_key_id: lead.personal_key_id, name: "Ida Private" });
    expect(contact.personal_key_id).toBe(lead.personal_key_id);
    expect(opportunity.name).toBe("Ida Private");
  });

  it("reuses customer and contact for another lead of the person, and creates a second opportunity", async () => {
    const firstLead = await createReadyLead({ company: undefined });
    const first = await convertLead(firstLead.id);
    const two = await createReadyLead({ company: undefined, personal_key_id: firstLead.personal_key_id, email: undefined });
    const second = await convertLead(two.id);
    expect(second.customer.id).toBe(first.customer.id);
    expect(second.contact.id).toBe(first.contact.id);
    expect(second.opportunity.id).not.toBe(first.opportunity.id);
  });

  it("finds the only business with the same name, regardless of its legal form", async () => {
    const { data: existingCustomer } = await tenant.admin.createCustomer({ name: "Zebra Dynamics GmbH" });
    const lead = await createReadyLead({ company: "ZEBRA dynamics" });
    expect((await convertLead(lead.id)).customer.id).toBe(existingCustomer.id);
  });

  it("creates a new customer when two have the name, unless the person is a contact of one", async () => {
    const [a, b] = [
      (await tenant.admin.createCustomer({ name: "Twin Corp" })).data,
      (await tenant.admin.createCustomer({ name: "Twin, Inc." })).data,
    ];
    const stranger = await convertLead((await createReadyLead({ company: "Twin" })).id);
    expect([a.id, b.id]).not.toContain(stranger.customer.id);
    const lead = await createReadyLead({ company: "Twin" });
    await tenant.admin.createContact({ customer_id: b.id, personal_key_id: lead.personal_key_id });
    expect((await convertLead(lead.id)).customer.id).toBe(b.id);
  });

  it("uses the customer, contact or opportunity that is named", async () => {
    const first = await convertLead((await createReadyLead()).id);
    const lead = await createReadyLead();
    const { customer, contact, opportunity } = first;
    const result = await convertLead(lead.id, { opportunity_id: opportunity.id });
    expect(result.customer.id).toBe(customer.id);
    expect(result.opportunity).toMatchObject({ id: opportunity.id, contact_id: contact.id, lead_id: opportunity.lead_id });
    const another = await createReadyLead();
    expect((await convertLead(another.id, { contact_id: contact.id })).contact.id).toBe(contact.id);
  });

  it.each([
    ["customer_id", "cus_000000000000000000"],
    ["contact_id", "ctc_000000000000000000p000000000000000000"],
    ["opportunity_id", "opp_000000000000000000"],
  ])("rejects a %s that does not exist", async (field, id) => {
    const lead = await createReadyLead();
    expect(await readRejection(lead.id, { [field]: id })).toEqual({ status: 400, code: "VALIDATION_ERROR", fields: [field] });
  });

  it("refuses a contact of another customer", async () => {
    const [firstResult, two] = [await convertLead((await createReadyLead()).id), await convertLead((await createReadyLead()).id)];
    const lead = await createReadyLead();
    const more = { customer_id: firstResult.customer.id, contact_id: two.contact.id };
    expect(await readRejection(lead.id, more)).toMatchObject({ status: 400, fields: ["contact_id"] });
  });
});

describe("R6 fields copied from a lead", () => {
  const leadFields = {
    street_address: "1 High Street",
    country_id: "us",
    state_id: "us_ca",
    postal_code: "94016",
    description: "Owns two boats",
    notes: "Call after six",
    insurance_type_id: "auto",
    lead_source_id: "web",
    tags: ["boat", "vip"],
  };

  it("are written to the contact and the customer where these have the field", async () => {
    for (const company of ["Carried Ltd", undefined]) {
      const lead = await createReadyLead({ ...leadFields, company });
      const { customer, contact } = await convertLead(lead.id);
      const { street_address, postal_code, description, notes, tags } = leadFields;
      const { country_id, state_id, insurance_type_id } = lead;
      expect(contact).toMatchObject({ street_address, postal_code, description, notes, country_id, state_id });
      expect(customer).toMatchObject({ description, notes, tags, insurance_type_id, source: "web", first_lead_id: lead.id });
    }
  });

  it("R12 leave a customer's first lead and source unchanged, and add new values", async () => {
    const first = await createReadyLead({ ...leadFields, company: "Twice Ltd" });
    const { customer } = await convertLead(first.id);
    const second = await createReadyLead({ company: "Twice Ltd", lead_source_id: "referral", tags: ["new"] });
    const { customer: again } = await convertLead(second.id);
    expect(again.id).toBe(customer.id);
    expect(again).toMatchObject({
      source: "web",
      first_lead_id: first.id,
      tags: ["boat", "vip", "new"],
      notes: leadFields.notes,
    });
    const { admin } = tenant;
    const listByFirstLead = async (first_lead_id: string, more: object = {}, client = admin) => {
      const { data, meta } = await client.listCustomers({ first_lead_id, ...more });
      return [data.map(({ id }) => id), meta.total];
    };
    expect(await listByFirstLead(first.id)).toEqual([[customer.id], 1]);
    expect(await listByFirstLead(first.id, { person: first.personal_key_id })).toEqual([[customer.id], 1]);
    const { data: stranger } = await admin.createPerson({ last_name: "Stranger" });
    expect(await listByFirstLead(first.id, { person: stranger.id })).toEqual([[], 0]);
    expect(await listByFirstLead(second.id)).toEqual([[], 0]);
    const neighbour = await signUp(app);
    expect(await listByFirstLead(first.id, {}, neighbour.admin)).toEqual([[], 0]);
    expect(await listByFirstLead(first.id, {}, rep.client)).toEqual([[], 0]);
    await admin.updateCustomer({ id: customer.id, owner_id: rep.id });
    expect(await listByFirstLead(first.id, {}, rep.client)).toEqual([[customer.id], 1]);
    const { data: survivor } = await admin.createCustomer({ name: "Survivor Ltd" });
    await admin.mergeCustomers({ id: survivor.id, merged_id: customer.id });
    await app.settle();
    expect(await listByFirstLead(first.id)).toEqual([[survivor.id], 1]);
    await expect(admin.listCustomers({ first_lead_id: customer.id })).rejects.toMatchObject({ status: 400 });
  });
});

describe("requirements for a conversion", () => {
  it.each([
    [69, ["lead_score"]],
    [70, undefined],
  ])("a score of %i", async (score, fields) => {
    const lead = await createReadyLead({}, score);
    expect((await readRejection(lead.id))?.fields).toEqual(fields);
  });

  it("follow the tenant's setting", async () => {
    const otherTenant = await signUp(app, { conversion_min_score: 10 });
    const { data: lead } = await otherTenant.admin.createLead(newLead(bantFields));
    await otherTenant.admin.setLeadScore({ id: lead.id, lead_score: 10, reason: "enough" });
    expect((await otherTenant.admin.convertLead({ id: lead.id })).data.conversion.min_score).toBe(10);
  });

  it("are reported all at once, with a detail for each", async () => {
    const lead = await createReadyLead(
      { budget: undefined, authority: undefined, need: undefined, timeline: " ", email: undefined },
      0,
    );
    expect(await readRejection(lead.id)).toEqual({
      status: 422,
      code: "RULE_VIOLATION",
      fields: ["email", "lead_score", "budget", "authority", "need", "timeline"],
    });
    expect((await tenant.admin.getLead({ id: lead.id })).data.is_converted).toBe(false);
  });

  it("can be overridden by a director with a recorded reason, except the need for a contact point", async () => {
    const lead = await createReadyLead({ ...Object.fromEntries(Object.keys(bantFields).map((field) => [field, undefined])) }, 0);
    const { conversion } = await convertLead(lead.id, { override_reason: "checked by phone" }, director.client);
    expect(conversion).toMatchObject({
      override_reason: "checked by phone",
      passed_over: ["lead_score", "budget", "authority", "need", "timeline"],
    });
    const unreachable = await createReadyLead({ email: undefined });
    expect(await readRejection(unreachable.id, { override_reason: "x" })).toMatchObject({ status: 422, fields: ["email"] });
  });

  it("cannot be overridden by other roles", async () => {
    const lead = await createReadyLead({}, 0, rep.client);
    expect(await readRejection(lead.id, { override_reason: "please" }, rep.client)).toMatchObject({
      status: 403,
      fields: ["override_reason"],
    });
  });

  it("follow the tenant's rule, and the conversion names the rule version", async () => {
    const otherTenant = await signUp(app);
    const { definition } = (await otherTenant.admin.getRule({ kind: "conversion" })).data.in_force;
    const { data: version } = await otherTenant.admin.createRuleVersion({
      kind: "conversion",
      definition: { ...definition, required: ["need"], min_score: 5, close_days: 10 },
    });
    await otherTenant.admin.publishRuleVersion({ kind: "conversion", id: version.id });
    const { data: lead } = await otherTenant.admin.createLead(newLead({ need: "One" }));
    await otherTenant.admin.setLeadScore({ id: lead.id, lead_score: 5, reason: "enough" });
    const { data } = await otherTenant.admin.convertLead({ id: lead.id });
    expect(data.conversion).toMatchObject({ rule: { id: version.id, number: 1 }, min_score: 5 });
  });
});

describe("a converted lead", () => {
  it("cannot be converted again or scored", async () => {
    const lead = await createReadyLead();
    await convertLead(lead.id);
    expect(await readRejection(lead.id)).toMatchObject({ status: 409, code: "CONFLICT" });
    await expect(tenant.admin.setLeadScore({ id: lead.id, lead_score: 1, reason: "x" })).rejects.toMatchObject({ status: 422 });
  });

  it("moves its activities and interactions, and later ones go to the same records", async () => {
    const lead = await createReadyLead();
    for (let n = 0; n < 7; n++) await tenant.admin.logLeadActivity({ id: lead.id, subject: `A${n}`, activity_type_id: "call" });
    const { data: meeting } = await tenant.admin.createInteraction({
      personal_key_id: lead.personal_key_id,
      lead_id: lead.id,
      interaction_type_id: "meeting",
    });
    const { opportunity, customer, follow_up } = await convertLead(lead.id);
    await app.settle();
    const { data: laterActivity } = await tenant.admin.logLeadActivity({
      id: lead.id,
      subject: "Later",
      activity_type_id: "call",
    });
    expect(laterActivity).toMatchObject({ related_to_type: "opportunity", related_to_id: opportunity.id });
    await app.settle();
    const listIds = async (list: Promise<{ data: { id: string }[]; meta?: unknown }>) => (await list).data.map(({ id }) => id);
    expect(await listIds(tenant.admin.listLeadActivities({ id: lead.id }))).toEqual([]);
    const movedIds = await listIds(tenant.admin.listOpportunityActivities({ id: opportunity.id, limit: 100 }));
    expect(movedIds).toHaveLength(9);
    expect(movedIds).toEqual(expect.arrayContaining([follow_up.id, laterActivity.id]));
    const { data: interaction } = await tenant.admin.getInteraction({ id: meeting.id });
    expect(interaction).toMatchObject({ lead_id: lead.id, customer_id: customer.id, opportunity_id: opportunity.id });
  });

  it("moves its contacts to the customer", async () => {
    const lead = await createReadyLead();
    const more = async (first_name: string) =>
      (
        await tenant.admin.createContact({
          lead_id: lead.id,
          first_name,
          last_name: "Of Lead",
          email: `${first_name}@ofl.example`,
        })
      ).data;
    const [a, b] = [await more("anna"), await more("bert")];
    const { customer } = await convertLead(lead.id);
    await app.settle();
    const { data } = await tenant.admin.listCustomerContacts({ id: customer.id });
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([a.id, b.id]));
    expect((await tenant.admin.getContact({ id: a.id })).data).toMatchObject({ customer_id: customer.id, lead_id: null });
  });

  it("cannot be converted by another tenant", async () => {
    const lead = await createReadyLead();
    const otherTenant = await signUp(app);
    expect(await readRejection(lead.id, { override_reason: "x" }, otherTenant.admin)).toMatchObject({ status: 404 });
  });

  it("notifies its owner", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ ...bantFields, owner_id: rep.id }));
    await convertLead(lead.id, { override_reason: "known" });
    await app.settle();
    const { data } = await rep.client.listNotifications({ type: "lead_converted" });
    expect(data).toHaveLength(1);
  });
});
