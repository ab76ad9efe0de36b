import { Forms } from "@crm/core/sales/web-form/form.entity.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, createCampaign, newLead, signUp, startTestApp, storeFormerValues, type Tenant } from "../../support/app.ts";
import { buildPerson, createForm, readTodaysCounts, sendToForm } from "./form-client.ts";

/** How forms process submissions. */
let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  crm = tenant.admin;
});
afterAll(() => app.stop());

const listInteractions = async (person: string) => (await crm.listInteractions({ person })).data;

describe("a form", () => {
  it("finds or creates the person, and stores the submitted data", async () => {
    const campaign_id = await createCampaign(crm);
    const form = await createForm(tenant, { field_mapping: { mail: "email", wer: "full_name" }, campaign_id });
    const { data: lead } = await crm.createLead(newLead({ email: "known@mail.example" }));
    const body = { mail: "Known@mail.example", wer: "K. Nown", message: "Call me", topics: ["a", "b"] };
    expect((await sendToForm(app, `/forms/${form.key}`, { body })).status).toBe(202);
    const [interaction] = await listInteractions(lead.personal_key_id);
    expect(interaction).toMatchObject({
      subject: "Contact us",
      direction: "INBOUND",
      campaign_id,
      recorded_by: `form:${form.id}`,
    });
    const { data } = await crm.getInteraction({ id: String(interaction?.id) });
    expect(data.metadata).toEqual({
      form_id: form.id,
      fields: { email: "Known@mail.example", full_name: "K. Nown", message: "Call me", topics: ["a", "b"] },
    });
    expect((await crm.listLeads({ limit: 1 })).data[0]?.id).toBe(lead.id);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ accepted: 1 });
  });

  it("creates a lead with its interaction for the owner, as recorded in the audit trail", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const form = await createForm(tenant, { makes_lead: true, lead_source_id: "web", owner_id: rep.id });
    await sendToForm(app, `/forms/${form.key}`, {
      body: buildPerson({ company: "Acme\r\nHarbour", description: "Wants a\nhouse" }),
    });
    await app.settle();
    const { data: lead } = await crm.getLead({ id: String((await crm.listLeads({ limit: 1 })).data[0]?.id) });
    expect(lead).toMatchObject({
      company: "Acme Harbour",
      description: "Wants a\nhouse",
      owner_id: rep.id,
      created_by: `form:${form.id}`,
    });
    expect((await listInteractions(lead.personal_key_id)).map(({ lead_id }) => lead_id)).toEqual([lead.id]);
    const auditEntry = (await crm.listAuditEntries({ record_id: lead.id })).data.find(({ operation }) => operation === "INSERT");
    expect(auditEntry?.user_id).toBe(`form:${form.id}`);
  });

  it("gives its campaign to the lead, and still works if that is deleted, or a text of an earlier release", async () => {
    const campaign_id = await createCampaign(crm);
    const form = await createForm(tenant, { makes_lead: true, campaign_id });
    const submit = async () => {
      const sent = buildPerson();
      expect((await sendToForm(app, `/forms/${form.key}`, { body: sent })).status).toBe(202);
      const [lead] = (await crm.listLeads({ limit: 1 })).data;
      const [interaction] = await listInteractions(String(lead?.personal_key_id));
      return [lead?.email === sent.email, lead?.source_campaign_id, interaction?.campaign_id];
    };
    expect(await submit()).toEqual([true, campaign_id, campaign_id]);
    await crm.deleteCampaign({ id: campaign_id });
    expect(await submit()).toEqual([true, campaign_id, campaign_id]);
    await storeFormerValues(app, tenant, Forms, form.id, { campaign_id: "spring" });
    // An edit keeps the text, and this process reads the form again.
    await crm.updateForm({ id: form.id, name: "Call us" });
    expect(await submit()).toEqual([true, null, "spring"]);
  });

  it("still works if its owner has left and its source is inactive", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const source = (await crm.createMaster({ kind: "lead-sources", name: "Fair 2025" })).data;
    const form = await createForm(tenant, { makes_lead: true, lead_source_id: source.id, owner_id: rep.id });
    await crm.setUserStatus({ id: rep.id, status: "INACTIVE" });
    await crm.updateMaster({ kind: "lead-sources", id: source.id, is_active: false });
    const sent = buildPerson();
    expect((await sendToForm(app, `/forms/${form.key}`, { body: sent })).status).toBe(202);
    const [lead] = (await crm.listLeads({ limit: 1 })).data;
    expect(lead).toMatchObject({ email: sent.email, owner_id: null, lead_source_id: source.id });
  });

  it("accepts the encoding of an HTML form", async () => {
    const form = await createForm(tenant, { makes_lead: true });
    const sent = buildPerson();
    const body = new URLSearchParams([...Object.entries(sent), ["topic", "a"], ["topic", "b"]]).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" };
    expect((await sendToForm(app, `/forms/${form.key}`, { body, headers })).status).toBe(202);
    const [lead] = (await crm.listLeads({ limit: 1 })).data;
    expect(lead?.email).toBe(sent.email);
    const [interaction] = await listInteractions(String(lead?.personal_key_id));
    expect((await crm.getInteraction({ id: String(interaction?.id) })).data.metadata).toMatchObject({
      fields: { topic: ["a", "b"] },
    });
  });

  it("reports missing and invalid values by the field names of the page", async () => {
    const form = await createForm(tenant, {
      makes_lead: true,
      field_mapping: { mail: "email", vorname: "first_name", name: "last_name" },
    });
    const response = await sendToForm(app, `/forms/${form.key}`, { body: { mail: "unknown" } });
    expect([response.status, JSON.parse(response.body).error.details.map(({ field }: { field: string }) => field)]).toEqual([
      400,
      ["mail"],
    ]);
    const missing = await sendToForm(app, `/forms/${form.key}`, { body: { topic: "Nothing" } });
    expect(JSON.parse(missing.body).error.details).toEqual([
      { field: "name", message: "At least one of these fields is required: name, vorname, mail" },
    ]);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ refused: 2 });
  });

  it("stores the consent with its time, on the interaction and as a preference of the person", async () => {
    const form = await createForm(tenant, { consent_text: "You may write to me", consent_channel: "Email" });
    const sent = buildPerson({ consent: "on" });
    await sendToForm(app, `/forms/${form.key}`, { body: sent });
    const [interaction] = (await crm.listInteractions({ limit: 1 })).data;
    const { data } = await crm.getInteraction({ id: String(interaction?.id) });
    const { version, ...consent } = (data.metadata as { consent: { text: string; at: string; version: number } }).consent;
    expect([consent.text, version]).toEqual(["You may write to me", form.version]);
    const { data: person } = await crm.getPerson({ id: String(data.personal_key_id) });
    expect(person.preferences).toEqual([
      { channel: "email", purpose: "any", consent: "ALLOWED", source: `form:${form.id}`, ...consent },
    ]);
    // For a known person, only the preference changes.
    const knownPerson = buildPerson();
    await sendToForm(app, `/forms/${form.key}`, { body: knownPerson });
    await sendToForm(app, `/forms/${form.key}`, { body: { ...knownPerson, consent: true } });
    const [laterInteraction] = (await crm.listInteractions({ limit: 1 })).data;
    const { preferences } = (await crm.getPerson({ id: String(laterInteraction?.personal_key_id) })).data;
    expect(preferences.map(({ channel, consent }) => [channel, consent])).toEqual([["email", "ALLOWED"]]);
    // An empty consent field gives no consent.
    await sendToForm(app, `/forms/${form.key}`, { body: { ...buildPerson(), consent: "" } });
    const [silent] = (await crm.listInteractions({ limit: 1 })).data;
    expect((await crm.getPerson({ id: String(silent?.personal_key_id) })).data.preferences).toEqual([]);
  });

  it("has one effect per submission_id, also in concurrent requests", async () => {
    const form = await createForm(tenant, { makes_lead: true });
    const sent = buildPerson({ submission_id: "s-1" });
    const answers = await Promise.all([1, 2, 3].map(() => sendToForm(app, `/forms/${form.key}`, { body: sent })));
    answers.push(await sendToForm(app, `/forms/${form.key}`, { body: sent }));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    const leads = (await crm.listLeads({ limit: 20 })).data.filter(({ email }) => email === sent.email);
    expect(leads.length).toBe(1);
    expect((await listInteractions(String(leads[0]?.personal_key_id))).length).toBe(1);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ accepted: 1, repeated: 3 });
  });

  it("counts a submission without identifying data, and creates nothing", async () => {
    const form = await createForm(tenant);
    const before = (await crm.listInteractions({ limit: 1 })).data[0]?.id;
    expect((await sendToForm(app, `/forms/${form.key}`, { body: { description: "Hello", phone: "not a number" } })).status).toBe(
      202,
    );
    expect((await crm.listInteractions({ limit: 1 })).data[0]?.id).toBe(before);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ anonymous: 1 });
  });

  it("shows only what a page needs", async () => {
    const form = await createForm(tenant, {
      makes_lead: true,
      honeypot_field: "fax",
      consent_text: "Yes",
      field_mapping: { mail: "email", name: "full_name" },
    });
    const { body, status } = await sendToForm(app, `/forms/${form.key}`, { method: "GET" });
    const { data } = JSON.parse(body);
    expect([status, { ...data, token: "" }]).toEqual([
      200,
      {
        name: "Contact us",
        fields: [
          { name: "mail", required: false, label: null, type: null, help: null, choices: [] },
          { name: "name", required: false, label: null, type: null, help: null, choices: [] },
        ],
        consent_text: "Yes",
        token: "",
      },
    ]);
  });
});

describe("a person's token", () => {
  it("records opened mails, clicks, visits and downloads", async () => {
    const { data: lead } = await crm.createLead(newLead());
    for (const [kind, type] of [
      ["email_open", "email_opened"],
      ["email_click", "email_clicked"],
      ["page_visit", "website_visit"],
      ["download", "download"],
    ] as const) {
      const form = await createForm(tenant, { kind, name: kind });
      const { data } = await crm.createFormToken({ id: form.id, personal_key_id: lead.personal_key_id });
      const response =
        kind === "email_open"
          ? await sendToForm(app, `/track/${form.key}/open.gif`, {
              method: "GET",
              query: new URL(String(data.open_url)).search.slice(1),
            })
          : await sendToForm(app, `/track/${form.key}`, { body: { t: data.token, url: "https://shop.example/a", title: "A" } });
      expect(response.status).toBe(kind === "email_open" ? 200 : 202);
      await app.settle();
      const { data: rows } = await crm.listInteractions({ person: lead.personal_key_id, type });
      expect(rows.map(({ channel }) => channel)).toEqual([kind.startsWith("email") ? "email" : null]);
      expect(await readTodaysCounts(tenant, form.id)).toEqual({ accepted: 1 });
    }
  });

  it("assigns a form to the person if no identifying fields are filled in", async () => {
    const { data: lead } = await crm.createLead(newLead());
    const form = await createForm(tenant);
    const { data } = await crm.createFormToken({ id: form.id, personal_key_id: lead.personal_key_id });
    await sendToForm(app, `/forms/${form.key}`, { body: { t: data.token, answer: "42" } });
    expect((await listInteractions(lead.personal_key_id)).length).toBe(1);
  });

  it("requires an existing person", async () => {
    const form = await createForm(tenant);
    const request = crm.createFormToken({ id: form.id, personal_key_id: "per_000000000000000000" });
    await expect(request).rejects.toMatchObject({ status: 400 });
  });
});

describe("the key of a form", () => {
  it("is long, and is replaced by a rotation", async () => {
    const form = await createForm(tenant);
    expect(form.key.length).toBeGreaterThanOrEqual(32);
    const { data: next } = await crm.rotateFormKey({ id: form.id });
    expect(next.key).not.toBe(form.key);
    expect((await sendToForm(app, `/forms/${form.key}`, { method: "GET" })).status).toBe(404);
    expect((await sendToForm(app, `/forms/${next.key}`, { method: "GET" })).status).toBe(200);
  });

  it("returns 404 while the form is inactive or deleted, or its tenant suspended", async () => {
    const freshTenant = await signUp(app);
    const form = await createForm(freshTenant);
    const status = async () => (await sendToForm(app, `/forms/${form.key}`, { method: "GET" })).status;
    expect(await status()).toBe(200);
    await freshTenant.admin.updateForm({ id: form.id, is_active: false });
    expect(await status()).toBe(404);
    await freshTenant.admin.updateForm({ id: form.id, is_active: true });
    await freshTenant.admin.deleteForm({ id: form.id });
    expect(await status()).toBe(404);
    await freshTenant.admin.restoreForm({ id: form.id });
    expect(await status()).toBe(200);
    const { runIn } = await import("@crm/core/kernel/context.ts");
    const { systemContext } = await import("@crm/core/kernel/context.ts");
    const { Tenant: Tenants } = await import("@crm/core/platform/tenant/tenant.ts");
    await runIn(systemContext(app.ports, freshTenant.id, "test"), () => Tenants.setStatus({ status: "SUSPENDED" }));
    app.setClock({ advance: 61_000 });
    expect(await status()).toBe(404);
    app.setClock({ reset: true });
  });

  it("works for the endpoints of its kind only", async () => {
    const visits = await createForm(tenant, { kind: "page_visit" });
    const form = await createForm(tenant);
    expect((await sendToForm(app, `/forms/${visits.key}`, { body: buildPerson() })).status).toBe(404);
    expect((await sendToForm(app, `/track/${form.key}`, { body: {} })).status).toBe(404);
    expect((await sendToForm(app, `/track/${visits.key}/open.gif`, { method: "GET" })).status).toBe(404);
  });
});
