import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { browse, buildPerson, createForm, readTodaysCounts, readToken, sendToForm } from "./form-client.ts";

/** The page of a form, as a browser sees it. */
let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  crm = tenant.admin;
});
afterAll(() => app.stop());

const question = (name: string, more: Record<string, unknown> = {}) => ({ name, label: `Your ${name}`, field: null, ...more });
const email = question("email", { type: "email", field: "email", is_required: true });

const createPage = (more: Record<string, unknown> = {}) =>
  createForm(tenant, { makes_lead: true, questions: [question("full_name", { field: "full_name" }), email], ...more });

const findLead = async (address: string) => {
  const { data } = await crm.listLeads({ limit: 100 });
  const lead = data.find((row) => row.email === address);
  return lead && (await crm.getLead({ id: lead.id })).data;
};

/** Opens the page of a form, and sends it with its token. */
async function fillIn({ key }: { key: string }, answers: Record<string, string>, headers: Record<string, string> = {}) {
  const page = await browse(app, `/f/${key}`, { headers });
  return browse(app, `/f/${key}`, { body: { token: readToken(page), ...answers }, headers });
}

const listSubmissions = async (id: string, result?: "accepted" | "refused") =>
  (await crm.listFormSubmissions({ id, ...(result ? { result } : {}) })).data;

describe("the page of a form", () => {
  it("asks in the visitor's language, under the tenant's name, and no frame shows it", async () => {
    const { key } = await createPage({
      title: "Ask us",
      introduction: "We answer within a day.",
      consent_text: "You may write.",
    });
    const { status, headers, body } = await browse(app, `/f/${key}`, { headers: { "accept-language": "de-CH, en;q=0.5" } });
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    for (const text of [
      '<html lang="de">',
      "Ask us",
      "We answer within a day.",
      "Your full_name (optional)",
      "Senden",
      "You may write.",
    ])
      expect(body).toContain(text);
    expect(body).not.toContain("<script");
    const named = await createPage({ language: "fr" });
    expect((await browse(app, `/f/${named.key}`, { headers: { "accept-language": "de" } })).body).toContain("Envoyer");
  });

  it("creates a lead with source, owner and the version of the consent, and thanks", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const form = await createPage({
      ...{ lead_source_id: "web", owner_id: rep.id, consent_text: "You may write.", consent_channel: "email" },
      ...{ is_consent_required: true, thank_you_text: "Talk to you soon." },
    });
    const sent = buildPerson();
    const answers = { full_name: "Pia Public", email: sent.email, consent: "on" };
    const page = await browse(app, `/f/${form.key}`, { query: "utm_source=fair&page_url=https%3A%2F%2Fshop.example%2Fask" });
    expect(page.body).toContain('name="utm_source" value="fair"');
    const body = { token: readToken(page), ...answers, utm_source: "fair", page_url: "https://shop.example/ask" };
    const thanks = await browse(app, `/f/${form.key}`, { body });
    expect([thanks.status, thanks.body.includes("Talk to you soon.")]).toEqual([200, true]);
    // Pressed twice, or sent again by a reload.
    expect((await browse(app, `/f/${form.key}`, { body })).body).toContain("Talk to you soon.");
    const lead = await findLead(sent.email);
    expect(lead).toMatchObject({ last_name: "Public", owner_id: rep.id, lead_source_id: form.lead_source_id });
    const [submission, ...others] = await listSubmissions(form.id);
    expect(others).toEqual([]);
    expect(submission).toMatchObject({ outcome: "accepted", lead_id: lead?.id, consent: "given", consent_version: form.version });
    const interaction = (await crm.getInteraction({ id: String(submission?.interaction_id) })).data;
    expect(interaction.metadata).toMatchObject({
      consent: { text: "You may write.", version: form.version },
      utm_source: "fair",
    });
    expect((await listSubmissions(form.id, "refused")).map(({ outcome }) => outcome)).toEqual(["repeated"]);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ views: 1, accepted: 1, repeated: 1 });
    expect((await crm.getFormStatistics({ id: form.id })).data).toMatchObject({ views: 1, submissions: 1, rate: 100 });
  });

  it("names what is missing beside the question, keeps what was typed, and lists who gave no consent", async () => {
    const size = question("size", { type: "select", choices: ["Small", "Large"], is_required: true });
    const form = await createPage({ questions: [email, size], consent_text: "Agree", is_consent_required: true });
    const wrong = await fillIn(form, { email: "no-address", size: "Huge", consent: "on" });
    expect(wrong.status).toBe(400);
    expect(wrong.body).toMatch(/id="q2-error">Must be one of the choices/);
    const invalid = await fillIn(form, { email: "no-address", size: "Large", consent: "on" }, { "accept-language": "de" });
    expect(invalid.body).toMatch(/value="no-address"[^>]*aria-invalid/);
    expect(invalid.body).toContain("Bitte prüfen Sie die markierten Felder");
    const silent = await fillIn(form, { email: "pia@mail.example", size: "Large" });
    expect([silent.status, silent.body.includes("Please agree to continue")]).toEqual([400, true]);
    const refused = (await listSubmissions(form.id, "refused")).map(({ outcome }) => outcome).sort();
    expect([refused, await findLead("pia@mail.example")]).toEqual([["no_consent", "refused", "refused"], undefined]);
  });

  it("thanks a robot, and lists it", async () => {
    const form = await createPage();
    const sent = buildPerson();
    const thanks = await fillIn(form, { email: sent.email, leave_empty: "https://spam.example" });
    expect([thanks.status, await findLead(sent.email)]).toEqual([200, undefined]);
    expect((await listSubmissions(form.id, "refused")).map(({ outcome }) => outcome)).toEqual(["spam"]);
    const bot = await browse(app, `/f/${form.key}`, { agent: "Googlebot/2.1" });
    expect([bot.status, (await readTodaysCounts(tenant, form.id)).views]).toEqual([200, 1]);
  });

  it("takes nothing from another page: without its token it asks again", async () => {
    const form = await createPage();
    const sent = buildPerson();
    const other = await createPage();
    const token = readToken(await browse(app, `/f/${other.key}`));
    for (const forged of ["", "1.2.3", token]) {
      const again = await browse(app, `/f/${form.key}`, { body: { email: sent.email, token: forged } });
      expect([again.status, again.body.includes("This page was open for a long time"), again.body.includes(sent.email)]).toEqual([
        400,
        true,
        true,
      ]);
    }
    expect(await findLead(sent.email)).toBeUndefined();
  });

  it("asks to send again what came too soon, and takes the next attempt of the same page", async () => {
    const form = await createPage({ minimum_seconds: 3 });
    const { email: address } = buildPerson();
    const body = { email: address, full_name: "Quick Typist", token: readToken(await browse(app, `/f/${form.key}`)) };
    const tooSoon = await browse(app, `/f/${form.key}`, { body });
    const said = ["That was very fast. Please send the form again.", 'value="Quick Typist"', `value="${body.token}"`];
    expect([tooSoon.status, ...said.map((text) => tooSoon.body.includes(text))]).toEqual([400, true, true, true]);
    expect(await findLead(address)).toBeUndefined();
    // A slow typist has the page open for hours.
    app.setClock({ advance: 6 * 60 * 60 * 1000 });
    expect((await browse(app, `/f/${form.key}`, { body })).status).toBe(200);
    app.setClock({ reset: true });
    expect(await findLead(address)).toMatchObject({ email: address });
  });

  it("leads to the page that the form names, which alone its policy allows", async () => {
    const form = await createPage({ redirect_url: "https://shop.example/thanks" });
    const page = await browse(app, `/f/${form.key}`);
    expect(page.headers["content-security-policy"]).toContain("form-action 'self' https://shop.example;");
    const { status, headers } = await fillIn(form, { email: buildPerson().email });
    expect([status, headers.location]).toEqual([303, "https://shop.example/thanks"]);
    for (const redirect_url of ["http://shop.example", "javascript:alert(1)", "https://user:pass@shop.example"])
      await expect(createPage({ redirect_url })).rejects.toThrow(/redirect_url|invalid/i);
  });

  it("is shown in frames of the allowed pages only, and by a script", async () => {
    const form = await createPage({ allowed_origins: ["https://shop.example"], title: "</script><b>" });
    const { headers, body } = await browse(app, `/f/${form.key}/frame`);
    expect(headers["content-security-policy"]).toContain("frame-ancestors https://shop.example");
    expect([headers["x-frame-options"], body.includes('class="brand"')]).toEqual([undefined, false]);
    const script = await browse(app, `/f/${form.key}/embed.js`);
    expect([script.headers["content-type"], script.body.includes(`/f/${form.key}/frame`)]).toEqual([
      "text/javascript; charset=utf-8",
      true,
    ]);
    expect(script.body).not.toContain("</script>");
    const open = await createPage();
    expect((await browse(app, `/f/${open.key}/frame`)).headers["content-security-policy"]).toContain("frame-ancestors *");
  });

  it("shows a form without questions by the names of its fields", async () => {
    const form = await createForm(tenant, { makes_lead: true, field_mapping: { mail: "email", extra_note: "notes" } });
    const { body } = await browse(app, `/f/${form.key}`, { headers: { "accept-language": "es" } });
    expect(body).toMatch(/Correo electrónico<\/label>\s*<input id="q1" name="mail" type="email"/);
    expect(body).toContain("Notas (opcional)</label>");
  });
});

describe("questions", () => {
  it("fill custom fields of the lead, with the options of the field as choices", async () => {
    const define = (field_name: string, field_type: string, more = {}) =>
      crm.createCustomField({ entity_type: "lead", field_name, field_label: field_name, field_type, ...more });
    await define("fleet_size", "number");
    await define("colors", "choices", { picklist_values: ["Deep blue", "Red"] });
    const form = await createPage({
      questions: [
        email,
        question("boats", { type: "number", field: "custom_fields.fleet_size" }),
        question("paint", { type: "checkboxes", field: "custom_fields.colors" }),
      ],
    });
    const page = await browse(app, `/f/${form.key}`);
    expect(page.body).toMatch(/name="paint" value="deep_blue"[^>]*> <span>Deep blue/);
    const sent = buildPerson();
    const post = (boats: string) => {
      const body = new URLSearchParams([
        ["token", readToken(page)],
        ["email", sent.email],
        ["boats", boats],
        ["paint", "red"],
        ["paint", "deep_blue"],
      ]);
      return browse(app, `/f/${form.key}`, { body: body.toString() });
    };
    const refused = await post("many");
    expect(refused.body).toMatch(/id="q2-error"/);
    expect((await post("12")).status).toBe(200);
    expect((await findLead(sent.email))?.custom_fields).toMatchObject({ fleet_size: 12, colors: ["red", "deep_blue"] });
  });

  it("fill no custom field that the author of the form may not write", async () => {
    const marketer = await addUser(app, tenant, "MARKETER");
    const field = { entity_type: "lead", field_name: "rank", field_label: "Rank", field_type: "text", editable_by: ["ADMIN"] };
    await crm.createCustomField(field);
    const questions = [email, question("rank", { field: "custom_fields.rank" })];
    const form = { name: "Ask", makes_lead: true, questions, owner_id: null };
    await expect(marketer.client.createForm(form)).rejects.toMatchObject({ details: [{ field: "questions[1].field" }] });
    // What an administrator approved stays.
    const { id } = await createPage({ questions });
    expect((await marketer.client.updateForm({ id, title: "Ask us" })).data.title).toBe("Ask us");
  });

  it.each([
    ["questions[1].name", [email, { ...email, field: null }]],
    ["questions[1].field", [email, { ...email, name: "again" }]],
    ["questions[0].choices", [question("size", { type: "radio" }), email]],
    ["questions[0].field", [question("other", { field: "custom_fields.nothing" }), email]],
    ["questions[0].field", [question("owner", { field: "owner_id" }), email]],
    ["questions", [question("size")]],
  ])("are refused: %s", async (field, questions) => {
    await expect(createPage({ questions })).rejects.toMatchObject({ details: [{ field }] });
  });
});

describe("owners of leads", () => {
  const ownerOf = async (more: Record<string, unknown>) => {
    const form = await createPage(more);
    const sent = buildPerson();
    await fillIn(form, { email: sent.email });
    return (await findLead(sent.email))?.owner_id;
  };

  it("are the author of the form, or whom the assignment rules choose, or else the owner of the form", async () => {
    const [fallback, chosen] = await Promise.all([addUser(app, tenant, "SALES_REP"), addUser(app, tenant, "SALES_REP")]);
    expect(await ownerOf({})).toBe(tenant.userId);
    expect(await ownerOf({ assigns_by_rule: true, owner_id: fallback.id })).toBe(fallback.id);
    const definition = { rules: [{ name: "All", when: {}, to: { method: "USER", user_ids: [chosen.id] } }], otherwise: null };
    const { data: draft } = await crm.createRuleVersion({ kind: "lead_assignment", definition, note: "" });
    await crm.publishRuleVersion({ kind: "lead_assignment", id: draft.id });
    expect(await ownerOf({ assigns_by_rule: true, owner_id: fallback.id })).toBe(chosen.id);
  });
});

describe("double opt-in", () => {
  it("makes the consent count after the person has confirmed it", async () => {
    const form = await createPage({ consent_text: "Agree", consent_channel: "email", confirms_by_mail: true });
    const sent = buildPerson();
    const thanks = await fillIn(form, { email: sent.email, consent: "on" });
    expect(thanks.body).toContain("We have sent you an email");
    const [submission] = await listSubmissions(form.id);
    expect(submission?.consent).toBe("pending");
    const read = async () =>
      (await crm.getPerson({ id: String(submission?.personal_key_id) })).data.preferences.map(({ consent }) => consent);
    expect(await read()).toEqual(["NOT_ASKED"]);
    const [mail] = app.mail.sent(sent.email);
    const path = new URL(/http:\S+/.exec(mail?.text ?? "")?.[0] ?? "").pathname;
    expect((await browse(app, path, { body: { act: "confirm" } })).status).toBe(200);
    expect(await read()).toEqual(["ALLOWED"]);
    await expect(createPage({ consent_text: "Agree", confirms_by_mail: true })).rejects.toThrow();
  });
});

describe("a browser at a public address", () => {
  it("gets pages, where programs get JSON", async () => {
    const form = await createForm(tenant);
    const html = "text/html; charset=utf-8";
    const answers = [
      await browse(app, `/api/v1/public/forms/${form.key}`),
      await browse(app, `/api/v1/public/forms/${form.key}`, { body: buildPerson() }),
      await browse(app, `/api/v1/public/forms/${form.key}`, { body: { email: "no-address" } }),
      await browse(app, "/api/v1/public/forms/unknown"),
      await browse(app, `/api/v1/public/forms/${form.key}`, { body: { description: "x".repeat(40_000) } }),
      await browse(app, "/f/unknown"),
      await browse(app, `/f/${form.key}`, { body: { description: "x".repeat(40_000) } }),
      await browse(app, "/nowhere"),
      await browse(app, "/api/v1/nowhere"),
    ];
    expect(answers.map(({ status, headers }) => [status, headers["content-type"]])).toEqual(
      [303, 200, 400, 404, 413, 404, 413, 404, 404].map((status) => [status, html]),
    );
    const program = await sendToForm(app, "/forms/unknown", { method: "GET" });
    expect([program.status, JSON.parse(program.body).success]).toEqual([404, false]);
  });

  it("gets a page that says when to try again", async () => {
    const form = await createPage({ rate_limit_per_address: 2 });
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push(await browse(app, `/f/${form.key}/frame`, { ip: "198.51.100.9" }));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(statuses[2]?.body).toContain("Too many requests");
  });
});

describe("submissions of another tenant, and leads of others", () => {
  it("are not shown", async () => {
    const form = await createPage({ owner_id: tenant.userId });
    await fillIn(form, { email: buildPerson().email });
    const stranger = await signUp(app);
    await expect(stranger.admin.listFormSubmissions({ id: form.id })).rejects.toThrow();
    const rep = await addUser(app, tenant, "SALES_REP");
    const list = (client: Tenant["admin"]) => client.listFormSubmissions({ id: form.id, expand: "lead" });
    const [[own], [hidden]] = [(await list(crm)).data, (await list(rep.client)).data];
    expect([(own?.expanded as { lead_id?: { email?: string } })?.lead_id?.email, hidden?.expanded]).toEqual([
      expect.any(String),
      { lead_id: null },
    ]);
    expect(hidden?.outcome).toBe("accepted");
  });

  it("come in pages", async () => {
    const form = await createPage({ rate_limit_per_minute: 1000 });
    for (let count = 0; count < 3; count++) await fillIn(form, { email: buildPerson().email });
    const first = await crm.listFormSubmissions({ id: form.id, limit: 2 });
    const second = await crm.listFormSubmissions({ id: form.id, limit: 2, cursor: String(first.meta.next_cursor) });
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect([ids.length, new Set(ids).size, second.meta.next_cursor]).toEqual([3, 3, null]);
  });
});
