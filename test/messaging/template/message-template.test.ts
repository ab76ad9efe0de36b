import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

let templateCount = 0;
const buildTemplate = (more: Record<string, unknown> = {}) => ({
  name: `Template ${++templateCount}`,
  subject: "About {{opportunity.name}}",
  body_html: "<p>Dear {{contact.first_name|friend}},</p><p>{{opportunity.name}} is with {{owner.full_name}}.</p>",
  ...more,
});
const create = async (more: Record<string, unknown> = {}) => (await tenant.admin.createMessageTemplate(buildTemplate(more))).data;
const readErrorDetails = async (request: Promise<unknown>) =>
  request.then(
    () => [],
    (error: { details?: { field: string; message: string }[] }) => error.details ?? [error],
  );

describe("a template", () => {
  it("lists its merge fields, keeps its code, and stores its revisions", async () => {
    const template = await create({ name: "Proposal sent" });
    expect(template).toMatchObject({
      code: "proposal_sent",
      channel: "EMAIL",
      is_active: true,
      revision: 1,
      merge_fields: ["opportunity.name", "contact.first_name", "owner.full_name"],
    });
    const { id } = template;
    expect(await readErrorDetails(tenant.admin.updateMessageTemplate({ id, code: "other" }))).toMatchObject([{ field: "code" }]);
    expect(await readErrorDetails(tenant.admin.createMessageTemplate(buildTemplate({ code: "PROPOSAL_SENT" })))).toMatchObject([
      { field: "code" },
    ]);
    const { data: renamed } = await tenant.admin.updateMessageTemplate({ id, name: "Proposal", category: "Sales" });
    const { data: revised } = await tenant.admin.updateMessageTemplate({ id, subject: "News of {{customer.name}}" });
    expect([renamed.revision, revised.revision, revised.version]).toEqual([1, 2, 3]);
    const { data: revisions } = await tenant.admin.listTemplateRevisions({ id });
    expect(revisions.map(({ revision, subject }) => [revision, subject])).toEqual([
      [2, "News of {{customer.name}}"],
      [1, "About {{opportunity.name}}"],
    ]);
  });

  it("has a unique code, also in concurrent requests", async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => create({ code: "same" })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is found by channel, category, active state and words, and hidden from other tenants", async () => {
    const sms = await create({
      channel: "SMS",
      subject: null,
      body_html: null,
      body_text: "Hi {{contact.first_name}}",
      category: "Follow UP",
    });
    await app.settle();
    const ids = async (query: object) => (await allowAnyInput(tenant.admin).listMessageTemplates(query)).data.map(({ id }) => id);
    expect(await ids({ channel: "SMS" })).toEqual([sms.id]);
    expect(await ids({ category: "follow up", is_active: "true" })).toEqual([sms.id]);
    expect(await ids({ search: sms.name })).toEqual([sms.id]);
    const stranger = await signUp(app);
    await expect(stranger.admin.getMessageTemplate({ id: sms.id })).rejects.toMatchObject({ status: 404 });
    await expect(rep.client.updateMessageTemplate({ id: sms.id, name: "Mine" })).rejects.toMatchObject({ status: 403 });
  });

  it.each([
    ["an unknown field", { subject: "{{contact.password}}" }, "subject", /contact\.first_name/],
    ["an unknown object", { subject: "{{process.env}}" }, "subject", /opportunity\.name.*tenant\.name/],
    ["logic", { subject: "{{#if contact.first_name}}x{{/if}}" }, "subject", /Unknown merge field/],
    ["braces that are none", { subject: "{{contact.first_name" }, "subject", /Braces/],
    ["three braces", { subject: "{{{contact.first_name}}}" }, "subject", /Braces/],
    ["a subject of two lines", { subject: "Hello\r\nBcc: all@mail.example" }, "subject", /line/i],
    ["a default of two lines", { subject: "{{contact.first_name|a\nb}}" }, "subject", /line/i],
    ["a script", { body_html: "<script>alert(1)</script>" }, "body_html", /script/],
    ["a handler", { body_html: '<img src="https://x.example/a.png" onerror="alert(1)">' }, "body_html", /onerror/],
    ["an address that runs", { body_html: '<a href="java&#115;cript:alert(1)">x</a>' }, "body_html", /href/],
    ["a value in an address", { body_html: '<a href="https://x.example/{{contact.email}}">x</a>' }, "body_html", /merge field/i],
    ["a value across a tag", { body_html: '{{contact.first_name|<a title="}}">' }, "body_html", /merge field|Braces/i],
    ["a style that fetches", { body_html: '<p style="background:url(https://x.example)">x</p>' }, "body_html", /style/i],
    ["HTML in an SMS", { channel: "SMS", subject: null, body_text: "Hi" }, "body_html", /SMS/],
    ["nothing to say", { body_html: null }, "body_text", /Either body_text or body_html is required/],
  ])("is rejected with %s", async (_, invalidInput, field, message) => {
    const details = (await readErrorDetails(create(invalidInput))) as { field: string; message: string }[];
    expect(details.map((detail) => detail.field)).toContain(field);
    expect(details.find((detail) => detail.field === field)?.message).toMatch(message);
  });
});

describe("a preview", () => {
  const hostile = 'Ada<img src=x onerror="1"> {{owner}} ${1+1}';
  async function createHostileRecords() {
    const { data: customer } = await rep.client.createCustomer({ name: "Navy & Sons <b>" });
    const { data: contact } = await rep.client.createContact({
      customer_id: customer.id,
      first_name: hostile,
      last_name: "L",
      email: "{{tenant.name}}@mail.example",
    });
    const opportunityInput = {
      name: "Deal Bcc: x ＜b＞ $& http://evil.example",
      customer_id: customer.id,
      contact_id: contact.id,
    };
    const { data: opportunity } = await rep.client.createOpportunity(opportunityInput);
    return { customer, contact, opportunity };
  }

  it("inserts values once as plain text, in one line of a subject, without links", async () => {
    const { opportunity } = await createHostileRecords();
    const template = await create({
      body_text: "{{contact.first_name}} {{contact.job_title}} {{contact.job_title|boss}} {{contact.email}}",
    });
    const { data } = await rep.client.previewMessageTemplate({ id: template.id, related_to_id: opportunity.id });
    expect(data.subject).toBe("About Deal Bcc: x <b> $& evil example");
    expect(data.html).toContain("Dear Ada&lt;img src=x onerror=&quot;1&quot;&gt; {{owner}} ${1+1},</p>");
    expect(data.html).toContain("&lt;b&gt;");
    expect(data.text).toContain('Ada<img src=x onerror="1"> {{owner}} ${1+1}  boss {{tenant.name}}@mail.example');
    expect(data.missing).toEqual(["contact.job_title"]);
    expect((await tenant.admin.getMessageTemplate({ id: template.id })).data.version).toBe(1);
  });

  it("needs a visible record, and shows related records as far as the caller sees them", async () => {
    const { opportunity, customer } = await createHostileRecords();
    const template = await create();
    const colleague = await addUser(app, tenant, "SALES_REP");
    const readPreviewErrors = (id: string) =>
      readErrorDetails(colleague.client.previewMessageTemplate({ id: template.id, related_to_id: id }));
    expect(await readPreviewErrors(opportunity.id)).toEqual([{ field: "related_to_id", message: "No such opportunity" }]);
    const { data: ownOpportunity } = await tenant.admin.createOpportunity({
      name: "Own",
      customer_id: customer.id,
      owner_id: colleague.id,
    });
    const { id } = await create({ subject: "{{customer.name}} {{opportunity.name}}" });
    const { data } = await colleague.client.previewMessageTemplate({ id, related_to_id: ownOpportunity.id });
    expect([data.subject, data.missing]).toEqual(["Own", ["customer.name"]]);
    const stranger = await signUp(app);
    const { data: foreignTemplate } = await stranger.admin.createMessageTemplate(buildTemplate());
    expect(
      await readErrorDetails(stranger.admin.previewMessageTemplate({ id: foreignTemplate.id, related_to_id: opportunity.id })),
    ).toMatchObject([{ field: "related_to_id" }]);
  });

  it("shows sample values on request, and plain text made of HTML", async () => {
    const template = await create();
    const { data } = await rep.client.previewMessageTemplate({ id: template.id, sample: true });
    expect(data).toMatchObject({
      subject: "About Fleet policy",
      text: "Dear Ada,\nFleet policy is with Grace Hopper.",
      missing: [],
    });
    expect(await readErrorDetails(rep.client.previewMessageTemplate({ id: template.id }))).toMatchObject([
      { field: "related_to_id" },
    ]);
  });
});
