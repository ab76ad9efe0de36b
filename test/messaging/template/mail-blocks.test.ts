import type { ProbeResult } from "@crm/core/kernel/ports.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

const requested: string[] = [];
const answers: Readonly<Record<string, ProbeResult>> = {
  "https://quay.io/gone": { status: 404 },
  "http://10.0.0.1/": { skipped: "The URL must use https" },
};

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({
    outbound: {
      findProblem: async () => undefined,
      post: () => Promise.reject(new Error("Nothing posts here")),
      async probe({ url }) {
        requested.push(url);
        return answers[url] ?? { status: 200 };
      },
    },
  });
  tenant = await signUp(app, { letterhead: { sender: ["Quay & Sons", "1 Harbour Street"] }, brand_color: "#0f766e" });
  const account = { name: "News", way: "house", address: "news@harbour.example", is_default: true, tracks: true };
  await tenant.admin.createMailAccount(account);
});
afterAll(() => app.stop());

let templateCount = 0;
const heading = { type: "heading", text: "Hello {{contact.first_name|friend}}" };
const create = async (more: Record<string, unknown> = {}) =>
  (
    await allowAnyInput(tenant.admin).createMessageTemplate({
      ...{ name: `Blocks ${++templateCount}`, subject: "News of {{tenant.name}}", blocks: [heading, { type: "footer" }] },
      ...more,
    })
  ).data;
const readFailure = async (request: Promise<unknown>) =>
  request.then(
    () => ({ status: 200, details: [] }),
    (failure: { status: number; details: { field: string; message: string }[] }) => failure,
  );

describe("a template of blocks", () => {
  it("has bodies made of its blocks, with the brand, and a revision of these", async () => {
    const template = await create();
    expect(template).toMatchObject({ merge_fields: ["tenant.name", "contact.first_name"], revision: 1 });
    expect(template.body_html).toMatch(/#0f766e[\s\S]*Hello \{\{contact\.first_name\|friend\}\}[\s\S]*1 Harbour Street/);
    expect(template.body_text).toBe("Hello {{contact.first_name|friend}}\n\nQuay & Sons · 1 Harbour Street");
    const { id } = template;
    const { data: changed } = await allowAnyInput(tenant.admin).updateMessageTemplate({ id, blocks: [{ ...heading, level: 2 }] });
    const { data: renamed } = await tenant.admin.updateMessageTemplate({ id, name: "Renamed" });
    expect([changed.revision, renamed.revision, renamed.body_text]).toEqual([2, 2, "Hello {{contact.first_name|friend}}"]);
    const { data: revisions } = await tenant.admin.listTemplateRevisions({ id });
    expect(revisions.map(({ body_html }) => body_html)).toEqual([changed.body_html, template.body_html]);
  });

  it("has blocks or written bodies, and takes both only as they are stored", async () => {
    const template = await create();
    const { id, body_html } = template;
    const update = (patch: object) => readFailure(tenant.admin.updateMessageTemplate({ id, ...patch }));
    expect(await update({ body_html: "<p>Mine</p>" })).toMatchObject({ status: 422, details: [{ field: "body_html" }] });
    expect(await update({ blocks: null })).toMatchObject({ status: 422, details: [{ field: "blocks" }] });
    expect(await update({ body_html, subject: "As stored" })).toMatchObject({ status: 200 });
    expect(await update({ blocks: null, body_text: "Mine {{contact.email}}" })).toMatchObject({ status: 200 });
    expect((await tenant.admin.getMessageTemplate({ id })).data).toMatchObject({
      ...{ blocks: null, body_html: null, body_text: "Mine {{contact.email}}", revision: 3 },
      merge_fields: ["contact.email"],
    });
    const both = create({ body_html: "<p>Mine</p>" });
    expect(await readFailure(both)).toMatchObject({ status: 422, details: [{ field: "body_html" }] });
  });

  it.each([
    ["a link that runs", { blocks: [{ type: "button", label: "x", url: "javascript:x" }] }, 400, "blocks[0].url"],
    ["an image without a text", { blocks: [{ type: "image", url: "https://quay.io/a.png" }] }, 400, "blocks[0].alt"],
    ["an unknown merge field", { blocks: [{ type: "heading", text: "{{contact.password}}" }] }, 400, "blocks[0].text"],
    ["101 blocks", { blocks: Array.from({ length: 101 }, () => ({ type: "divider" })) }, 400, "blocks"],
    ["no block", { blocks: [] }, 400, "blocks"],
    ["SMS", { channel: "SMS", subject: null, body_text: "x" }, 400, "blocks"],
    ["more than 100 kB", { blocks: Array.from({ length: 6 }, () => ({ type: "text", html: "ä".repeat(9000) })) }, 422, "blocks"],
    ["a long text", { blocks: Array.from({ length: 3 }, () => ({ type: "text", html: "a".repeat(9000) })) }, 422, "blocks"],
  ])("is refused with %s", async (_, more, status, field) => {
    const failure = await readFailure(create(more));
    expect([failure.status, failure.details.map((detail) => detail.field)]).toEqual([status, [field]]);
  });

  it("is previewed with changes that are not saved, in the language of the mail", async () => {
    const { id, version } = await create();
    const unsaved = { subject: "Other", blocks: [{ type: "footer" }], language: "ar" };
    const { data } = await allowAnyInput(tenant.admin).previewMessageTemplate({ id, sample: true, ...unsaved });
    expect([data.subject, data.text]).toEqual(["Other", "Quay & Sons · 1 Harbour Street"]);
    expect(data.html).toMatch(/<html lang="ar" dir="rtl">[\s\S]*إلغاء الاشتراك/);
    expect((await tenant.admin.getMessageTemplate({ id })).data.version).toBe(version);
    const wrong = { id, sample: true, blocks: [{ type: "heading", text: "{{x}}" }] };
    expect(await readFailure(allowAnyInput(tenant.admin).previewMessageTemplate(wrong))).toMatchObject({
      details: [{ field: "blocks[0].text" }],
    });
  });

  it("starts from one of ten layouts", async () => {
    const { data: starters } = await tenant.admin.listMailStarters({});
    expect(starters.map(({ key }) => key)).toContain("newsletter");
    const { body_html } = await create({ subject: starters[0]?.subject, blocks: starters[0]?.blocks });
    expect(body_html).toContain("What is new this month");
  });
});

describe("the link with which a reader leaves", () => {
  it("stands in the footer of marketing mails, untracked, and in no other mail", async () => {
    const { id } = await create({
      subject: "News",
      blocks: [{ type: "button", label: "Go", url: "https://quay.io/" }, { type: "footer" }],
    });
    const point = { contact_type: "email", contact_value: "ada.reader@mail.example" };
    const { data: person } = await tenant.admin.createPerson({ last_name: "Reader", contact_points: [point] });
    await tenant.admin.setPreferences({ id: person.id, preferences: [{ channel: "email", consent: "ALLOWED" }] });
    for (const purpose of ["marketing", "service"])
      await tenant.admin.sendMessage({ channel: "email", person_id: person.id, template_id: id, purpose });
    await app.settle();
    const mails = app.mail.sent("ada.reader@mail.example");
    expect(mails).toHaveLength(2);
    const marketing = mails.find(({ headers }) => headers?.["List-Unsubscribe"]);
    const link = marketing?.headers?.["List-Unsubscribe"]?.slice(1, -1) ?? "";
    expect(marketing?.html?.split(link)).toHaveLength(2);
    expect(marketing?.html).toContain(`<a href="${link}" class="m-muted"`);
    expect(marketing?.html).not.toContain("https://quay.io/");
    const service = mails.find((mail) => mail !== marketing);
    expect(service?.html).toContain("https://quay.io/");
    expect(service?.html).not.toMatch(/Unsubscribe|#preferences/);
  });
});

describe("a check", () => {
  it("finds what must change before the mail is sent, and requests each web address once", async () => {
    const { id } = await create({
      subject: "For {{contact.job_title}}",
      blocks: [
        { type: "button", label: "Gone", url: "https://quay.io/gone" },
        { type: "text", html: '<p><a href="https://quay.io/gone">Gone</a> <a href="http://10.0.0.1/">Inside</a></p>' },
        { type: "button", label: "Fine", url: "https://quay.io/" },
        { type: "image", url: "https://www.example.com/a.png", alt: "A" },
        { type: "button", label: "Write", url: "mailto:a@quay.io" },
      ],
    });
    const { data: customer } = await tenant.admin.createCustomer({ name: "Navy" });
    const { data: contact } = await tenant.admin.createContact({ customer_id: customer.id, last_name: "L" });
    requested.length = 0;
    const { data } = await tenant.admin.checkMessageTemplate({ id, related_to_id: contact.id });
    expect(data.findings.map(({ code, severity, field }) => [code, severity, field])).toEqual([
      ["unfilled_merge_field", "error", "subject"],
      ["placeholder_address", "error", "blocks[3].url"],
      ["insecure_link", "warning", "blocks[1].html"],
      ["no_unsubscribe", "warning", "blocks"],
      ["dead_link", "warning", "blocks[0].url"],
      ["unchecked_link", "warning", "blocks[1].html"],
    ]);
    expect(requested).toEqual(["https://quay.io/gone", "http://10.0.0.1/", "https://quay.io/"]);
    const { data: fine } = await tenant.admin.checkMessageTemplate({ id: (await create()).id, sample: true });
    expect(fine.findings).toEqual([]);
    expect(fine.html_bytes).toBeGreaterThan(2000);
  });

  it("requests at most thirty addresses", async () => {
    const blocks = Array.from({ length: 32 }, (_, index) => ({ type: "button", label: "x", url: `https://quay.io/${index}` }));
    const { id } = await create({ blocks: [...blocks, { type: "footer" }] });
    requested.length = 0;
    const { data } = await tenant.admin.checkMessageTemplate({ id, sample: true });
    expect(requested).toHaveLength(30);
    expect(data.findings).toMatchObject([{ code: "unchecked_link", field: "blocks[30].url" }]);
  });

  it("reports a brand that changed, is for those who write templates, and knows no templates of others", async () => {
    const other = await signUp(app, { letterhead: { sender: ["Pier", "2 Pier Road"] } });
    const input = { name: "Mine", subject: "x", blocks: [{ type: "footer" }] };
    const { data: template } = await allowAnyInput(other.admin).createMessageTemplate(input);
    const { data: settings } = await other.admin.getTenant({});
    await other.admin.updateTenant({ settings: { ...settings.settings, brand_color: "#e11d48" } });
    const { data } = await other.admin.checkMessageTemplate({ id: template.id, sample: true });
    expect(data.findings.map(({ code }) => code)).toEqual(["outdated_brand"]);
    await allowAnyInput(other.admin).updateMessageTemplate({ id: template.id, blocks: input.blocks });
    expect((await other.admin.checkMessageTemplate({ id: template.id, sample: true })).data.findings).toEqual([]);
    const readStatus = async (request: Promise<unknown>) => (await readFailure(request)).status;
    expect(await readStatus(tenant.admin.checkMessageTemplate({ id: template.id, sample: true }))).toBe(404);
    const rep = await addUser(app, other, "SALES_REP");
    expect(await readStatus(rep.client.checkMessageTemplate({ id: template.id, sample: true }))).toBe(403);
  });
});
