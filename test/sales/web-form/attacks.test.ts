import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCampaign, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { buildPerson, createForm, type FormResponse, readTodaysCounts, sendToForm } from "./form-client.ts";

/** Attacks with a form's key, which is visible to every visitor of its page. */
let app: App;
let tenant: Tenant;
let otherTenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  otherTenant = await signUp(app);
});
afterAll(() => app.stop());

const listInteractions = async ({ admin }: Tenant) => {
  const { data } = await admin.listInteractions({ limit: 100 });
  if (data.length === 100) throw new Error("There may be more: a list of 100 proves nothing");
  return data;
};

/** The answer to every attack: the same as to a valid submission. */
let neutralResponse: FormResponse;
beforeAll(async () => {
  neutralResponse = await sendToForm(app, `/forms/${(await createForm(tenant)).key}`, { body: buildPerson() });
  expect(neutralResponse.status).toBe(202);
});

const fetchFormToken = async (key: string): Promise<string> =>
  JSON.parse((await sendToForm(app, `/forms/${key}`, { method: "GET" })).body).data.token;

describe("reading", () => {
  it("gives the same response for known and unknown persons", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ email: "victim@mail.example" }));
    const form = await createForm(tenant, { makes_lead: true, consent_text: "Yes", consent_channel: "email" });
    const visits = await createForm(tenant, { kind: "page_visit" });
    const knownResponse = await sendToForm(app, `/forms/${form.key}`, {
      body: buildPerson({ email: lead.email, consent: true }),
    });
    const unknown = await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ consent: true }) });
    expect(knownResponse).toEqual(unknown);
    expect(knownResponse.body).toBe('{"success":true,"data":null,"meta":{}}');
    const seen = await sendToForm(app, `/track/${visits.key}`, { body: { email: lead.email } });
    expect(seen).toEqual(await sendToForm(app, `/track/${visits.key}`, { body: { email: "unknown-at-all@mail.example" } }));
  });

  it("finds nothing by names of record fields, which stay plain submitted text", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const form = await createForm(tenant, { makes_lead: true, owner_id: null });
    const before = (await tenant.admin.listInteractions({ person: lead.personal_key_id })).data.length;
    const claims = {
      personal_key_id: lead.personal_key_id,
      external_key: "x",
      id: lead.id,
      owner_id: tenant.userId,
      lead_score: 99,
    };
    expect(await sendToForm(app, `/forms/${form.key}`, { body: buildPerson(claims) })).toEqual(neutralResponse);
    expect((await tenant.admin.listInteractions({ person: lead.personal_key_id })).data.length).toBe(before);
    const [createdLead] = (await tenant.admin.listLeads({ limit: 1 })).data;
    expect([createdLead?.owner_id, createdLead?.lead_score]).toEqual([null, 0]);
  });

  it("cannot map a form field to an internal field", async () => {
    for (const target of ["personal_key_id", "external_key", "owner_id", "tenant_id", "__proto__"]) {
      await expect(createForm(tenant, { field_mapping: { a: target } })).rejects.toMatchObject({ status: 400 });
    }
  });

  it("does not reveal a form by a key that is unknown, inactive or of another type", async () => {
    const form = await createForm(tenant, { is_active: false });
    const missingResponse = await sendToForm(app, "/forms/nothing", { method: "GET" });
    expect(missingResponse.status).toBe(404);
    const strip = ({ status, headers, body }: FormResponse) => [status, headers, body.replace(/"request_id":"[^"]+"/, "")];
    expect(strip(await sendToForm(app, `/forms/${form.key}`, { method: "GET" }))).toEqual(strip(missingResponse));
    expect((await sendToForm(app, `/forms/${"a".repeat(5000)}`, { method: "GET" })).status).toBe(404);
  });
});

describe("another tenant", () => {
  it("cannot be reached by any payload", async () => {
    const form = await createForm(tenant, { makes_lead: true });
    const [ownCount, otherCount] = [(await listInteractions(tenant)).length, (await listInteractions(otherTenant)).length];
    const sent = buildPerson({ tenant_id: otherTenant.id, tenant_slug: otherTenant.slug, key: "x" });
    await sendToForm(app, `/forms/${form.key}`, { body: sent, headers: { "x-tenant": otherTenant.id } });
    expect([(await listInteractions(tenant)).length, (await listInteractions(otherTenant)).length]).toEqual([
      ownCount + 1,
      otherCount,
    ]);
    const findLeads = async ({ admin }: Tenant) =>
      (await admin.listLeads({ limit: 100 })).data.filter(({ email }) => email === sent.email);
    expect([(await findLeads(tenant)).length, (await findLeads(otherTenant)).length]).toEqual([1, 0]);
  });

  it("cannot use its person tokens and page tokens here", async () => {
    const [ownForm, otherForm] = [
      await createForm(tenant, { minimum_seconds: 1 }),
      await createForm(otherTenant, { minimum_seconds: 1 }),
    ];
    const { data: lead } = await otherTenant.admin.createLead(newLead());
    const { data } = await otherTenant.admin.createFormToken({ id: otherForm.id, personal_key_id: lead.personal_key_id });
    const token = await fetchFormToken(otherForm.key);
    app.setClock({ advance: 5000 });
    await sendToForm(app, `/forms/${ownForm.key}`, { body: buildPerson({ token }) });
    await sendToForm(app, `/forms/${ownForm.key}`, { body: { t: data.token, token: await fetchFormToken(ownForm.key) } });
    expect(await readTodaysCounts(tenant, ownForm.id)).toEqual({ spam: 2 });
    const visits = await createForm(tenant, { kind: "page_visit" });
    expect(await sendToForm(app, `/track/${visits.key}`, { body: { t: data.token } })).toEqual(neutralResponse);
    expect(await readTodaysCounts(tenant, visits.id)).toEqual({ anonymous: 1 });
    app.setClock({ reset: true });
  });
});

describe("robots", () => {
  it("are caught by the honeypot field and get the usual response", async () => {
    const form = await createForm(tenant, { honeypot_field: "fax", makes_lead: true });
    const before = (await listInteractions(tenant)).length;
    expect(await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ fax: "1" }) })).toEqual(neutralResponse);
    expect([(await listInteractions(tenant)).length, await readTodaysCounts(tenant, form.id)]).toEqual([before, { spam: 1 }]);
    await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ fax: "" }) });
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ spam: 1, accepted: 1 });
  });

  it("are rejected if they submit too fast or without a page token", async () => {
    const form = await createForm(tenant, { minimum_seconds: 3 });
    const before = (await listInteractions(tenant)).length;
    const token = await fetchFormToken(form.key);
    expect(await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ token }) })).toEqual(neutralResponse);
    expect(await sendToForm(app, `/forms/${form.key}`, { body: buildPerson() })).toEqual(neutralResponse);
    expect([(await listInteractions(tenant)).length, await readTodaysCounts(tenant, form.id)]).toEqual([before, { spam: 2 }]);
    app.setClock({ advance: 3000 });
    await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ token }) });
    app.setClock({ reset: true });
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ spam: 2, accepted: 1 });
  });

  it("are counted once if they replay the token of a page", async () => {
    const form = await createForm(tenant, { minimum_seconds: 1 });
    const token = await fetchFormToken(form.key);
    const before = (await listInteractions(tenant)).length;
    app.setClock({ advance: 2000 });
    for (let n = 0; n < 3; n++)
      expect(await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ token }) })).toEqual(neutralResponse);
    app.setClock({ reset: true });
    expect([(await listInteractions(tenant)).length, await readTodaysCounts(tenant, form.id)]).toEqual([
      before + 1,
      { accepted: 1, repeated: 2 },
    ]);
  });

  it("are rejected with forged or expired tokens", async () => {
    const form = await createForm(tenant, { minimum_seconds: 1 });
    const [issuedAt = "", chance = "", signature = ""] = (await fetchFormToken(form.key)).split(".");
    const earlierToken = `${Number(issuedAt) - 60_000}.${chance}.${signature}`;
    for (const token of [earlierToken, `${issuedAt}.${chance}.`, `${issuedAt}.x.${signature}`, "", "..", "x".repeat(200)])
      expect(await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ token }) })).toEqual(neutralResponse);
    app.setClock({ advance: 8 * 24 * 60 * 60 * 1000 });
    await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ token: `${issuedAt}.${chance}.${signature}` }) });
    const { data } = await (await signInAgain()).getFormStatistics({ id: form.id });
    app.setClock({ reset: true });
    expect(data.days.map(({ spam, accepted }) => [spam, accepted])).toEqual([
      [1, 0],
      [6, 0],
    ]);
  });

  it("are not counted as opens if they identify themselves, send no user agent or prefetch", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const form = await createForm(tenant, { kind: "email_open" });
    const { data } = await tenant.admin.createFormToken({ id: form.id, personal_key_id: lead.personal_key_id });
    const open = (more: object) =>
      sendToForm(app, `/track/${form.key}/open.gif`, { method: "GET", query: `t=${data.token}`, ...more });
    const person = await open({});
    for (const agent of ["Mozilla/5.0 (compatible; Googlebot/2.1)", "Slackbot-LinkExpanding 1.0", "HeadlessChrome/120", ""])
      expect(await open({ agent })).toEqual(person);
    expect(await open({ headers: { "sec-purpose": "prefetch;prerender" } })).toEqual(person);
    expect((await open({ method: "HEAD" })).status).toBe(200);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ accepted: 1, bot: 6 });
    expect((await tenant.admin.listInteractions({ person: lead.personal_key_id })).data.length).toBe(1);
  });

  it("are rejected on forms if they identify themselves, while servers without a user agent may forward forms", async () => {
    const form = await createForm(tenant);
    for (const agent of ["Mozilla/5.0 (compatible; bingbot/2.0)", ""])
      expect(await sendToForm(app, `/forms/${form.key}`, { body: buildPerson(), agent })).toEqual(neutralResponse);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ bot: 1, accepted: 1 });
  });

  it("are limited in rate, with a time to retry", async () => {
    const form = await createForm(tenant, { rate_limit_per_address: 5, rate_limit_per_minute: 8 });
    const from = (ip: string) => sendToForm(app, `/forms/${form.key}`, { body: buildPerson(), ip });
    // Start at the beginning of a minute, so that the rate limit's window does not end during the test.
    app.setClock({ now: new Date(Math.ceil(Clock.ms() / 60_000) * 60_000 + 1000).toISOString() });
    const responses: FormResponse[] = [];
    for (let n = 0; n < 7; n++) responses.push(await from("198.51.100.1"));
    expect(responses.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 429, 429]);
    expect(Number(responses[6]?.headers["retry-after"])).toBeGreaterThan(0);
    const statuses: number[] = [];
    for (let n = 0; n < 5; n++) statuses.push((await from(`198.51.100.${n + 2}`)).status);
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
    app.setClock({ advance: 60_000 });
    expect((await from("198.51.100.1")).status).toBe(202);
    app.setClock({ reset: true });
  });
});

/** Signs the administrator in again after the clock has moved. */
async function signInAgain() {
  const { createClient } = await import("@crm/functions/derive/client.ts");
  const { inProcessTransport: inProcess, signIn } = await import("../../support/app.ts");
  return createClient(inProcess(app, (await signIn(app, tenant)).access_token));
}

describe("a person's token", () => {
  it("is opaque, and invalid after any change", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const form = await createForm(tenant, { kind: "page_visit" });
    const { data } = await tenant.admin.createFormToken({ id: form.id, personal_key_id: lead.personal_key_id });
    const bytes = Buffer.from(data.token, "base64url");
    expect(bytes.toString("latin1")).not.toContain(lead.personal_key_id.slice(4));
    for (let index = 0; index < bytes.length; index += 7) {
      const forged = Buffer.from(bytes);
      forged[index] = (forged[index] ?? 0) ^ 1;
      expect(await sendToForm(app, `/track/${form.key}`, { body: { t: forged.toString("base64url") } })).toEqual(neutralResponse);
    }
    expect(Object.keys(await readTodaysCounts(tenant, form.id))).toEqual(["anonymous"]);
    expect((await tenant.admin.listInteractions({ person: lead.personal_key_id })).data).toEqual([]);
  });

  it("counts once a minute, regardless of how often it is sent", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const form = await createForm(tenant, { kind: "page_visit" });
    const { data } = await tenant.admin.createFormToken({ id: form.id, personal_key_id: lead.personal_key_id });
    app.setClock({ now: new Date(Math.ceil(Clock.ms() / 60_000) * 60_000 + 1000).toISOString() });
    for (let n = 0; n < 4; n++) await sendToForm(app, `/track/${form.key}`, { body: { t: data.token, url: "/a" } });
    await sendToForm(app, `/track/${form.key}`, { body: { t: data.token, url: "/b" } });
    app.setClock({ reset: true });
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ accepted: 2, repeated: 3 });
  });

  it("is valid for its own form only", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const [firstForm, two] = [await createForm(tenant, { kind: "page_visit" }), await createForm(tenant, { kind: "page_visit" })];
    const { data } = await tenant.admin.createFormToken({ id: firstForm.id, personal_key_id: lead.personal_key_id });
    await sendToForm(app, `/track/${two.key}`, { body: { t: data.token } });
    expect(await readTodaysCounts(tenant, two.id)).toEqual({ anonymous: 1 });
  });
});

describe("pages of other origins", () => {
  const shop = { origin: "https://shop.example" };
  const evil = { origin: "https://evil.example" };

  it("are rejected, and cannot read the error", async () => {
    const form = await createForm(tenant, { allowed_origins: ["https://shop.example/"] });
    expect(form.allowed_origins).toEqual(["https://shop.example"]);
    const good = await sendToForm(app, `/forms/${form.key}`, { body: buildPerson(), headers: shop });
    expect([good.status, good.headers["access-control-allow-origin"], good.headers.vary]).toEqual([202, shop.origin, "origin"]);
    const before = (await listInteractions(tenant)).length;
    const bad = await sendToForm(app, `/forms/${form.key}`, { body: buildPerson(), headers: evil });
    expect([bad.status, bad.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
    for (const origin of ["null", "https://shop.example.evil.example", "http://shop.example", "https://shop.example:8443"])
      expect((await sendToForm(app, `/forms/${form.key}`, { body: buildPerson(), headers: { origin } })).status).toBe(403);
    expect((await listInteractions(tenant)).length).toBe(before);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ accepted: 1, refused: 5 });
  });

  it("get an answer to their preflight requests", async () => {
    const form = await createForm(tenant, { allowed_origins: ["https://shop.example"] });
    const ask = (headers: Record<string, string>) => sendToForm(app, `/forms/${form.key}`, { method: "OPTIONS", headers });
    const good = await ask(shop);
    expect([good.status, good.headers["access-control-allow-origin"], good.headers["access-control-allow-headers"]]).toEqual([
      200,
      shop.origin,
      "content-type",
    ]);
    expect((await ask(evil)).headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("can read errors if their origin is allowed", async () => {
    const form = await createForm(tenant, { allowed_origins: ["https://shop.example"], makes_lead: true });
    const response = await sendToForm(app, `/forms/${form.key}`, { body: { email: "x" }, headers: shop });
    expect([response.status, response.headers["access-control-allow-origin"]]).toEqual([400, shop.origin]);
  });

  it("cannot be allowed by an invalid origin", async () => {
    for (const origin of ["*", "shop.example", "https://shop.example/page", "javascript:alert(1)", "https://a@shop.example"])
      await expect(createForm(tenant, { allowed_origins: [origin] })).rejects.toMatchObject({ status: 400 });
  });
});

describe("payloads", () => {
  it("with scripts are text, and are always returned as text", async () => {
    const script = '<script>alert(1)</script><img src=x onerror="alert(2)">';
    const form = await createForm(tenant, { makes_lead: true, name: script, consent_text: script });
    const sent = buildPerson({ last_name: script, company: script, [script]: script, __proto__x: "y" });
    expect(await sendToForm(app, `/forms/${form.key}`, { body: sent })).toEqual(neutralResponse);
    const [lead] = (await tenant.admin.listLeads({ limit: 1 })).data;
    expect([lead?.last_name, lead?.company]).toEqual([script, script]);
    const page = await sendToForm(app, `/forms/${form.key}`, { method: "GET" });
    expect(page.headers["content-type"]).toBe("application/json; charset=utf-8");
    const point = await sendToForm(app, `/track/${(await createForm(tenant, { kind: "email_open" })).key}/open.gif`, {
      method: "GET",
      query: `t=${encodeURIComponent(script)}`,
    });
    expect([point.status, point.headers["content-type"], point.headers["x-content-type-options"]]).toEqual([
      200,
      "image/gif",
      "nosniff",
    ]);
    expect(Buffer.from(point.body, "base64").subarray(0, 6).toString()).toBe("GIF89a");
  });

  it("with names of built-in object properties change nothing", async () => {
    const form = await createForm(tenant, { makes_lead: true });
    const buildBody = (names: string) => JSON.stringify(buildPerson()).replace("}", `,${names}}`);
    const body = buildBody('"constructor":"y","toString":"z"');
    expect(await sendToForm(app, `/forms/${form.key}`, { body: body })).toEqual(neutralResponse);
    expect((await sendToForm(app, `/forms/${form.key}`, { body: buildBody('"__proto__":"x"') })).status).toBe(400);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each([
    ["a huge body", { body: { email: "a@mail.example", text: "x".repeat(40_000) } }, 413],
    ["a long box", { body: { email: "a@mail.example", text: "x".repeat(10_001) } }, 400],
    ["objects in boxes", { body: { email: { $ne: 1 } } }, 400],
    ["a list of objects", { body: { email: "a@mail.example", list: [{}] } }, 400],
    ["no JSON", { body: "{" }, 400],
    ["a file", { body: "x", headers: { "content-type": "multipart/form-data; boundary=x" } }, 415],
    ["a query", { body: buildPerson(), query: "email=a" }, 400],
  ])("of %s are rejected", async (_, sent, status) => {
    const form = await createForm(tenant);
    const before = (await listInteractions(tenant)).length;
    expect((await sendToForm(app, `/forms/${form.key}`, sent)).status).toBe(status);
    expect((await listInteractions(tenant)).length).toBe(before);
  });

  it("of the maximum size are stored completely", async () => {
    const campaign = await createCampaign(tenant.admin);
    const form = await createForm(tenant, { campaign_id: campaign });
    const body = new URLSearchParams({
      email: "large@mail.example",
      a: "\u0001".repeat(5000),
      b: "\u0001".repeat(5000),
    }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect(Buffer.byteLength(body)).toBeGreaterThan(30_000);
    expect((await sendToForm(app, `/forms/${form.key}`, { body, headers })).status).toBe(202);
    const [interaction] = (await tenant.admin.listInteractions({ campaign })).data;
    const { metadata } = (await tenant.admin.getInteraction({ id: String(interaction?.id) })).data;
    expect((metadata as { fields: { a: string } }).fields.a.length).toBe(5000);
  });
});

describe("submitted data", () => {
  const readPerson = async (id: string) => (await tenant.admin.getPerson({ id })).data;

  it.each([true, false])("changes nothing of a known person (makes_lead: %s)", async (makes_lead) => {
    const { data: lead } = await tenant.admin.createLead(newLead({ phone: `+32 485 11 22 3${makes_lead ? 3 : 4}` }));
    // The address has two names now; a third would make it a shared address.
    await tenant.admin.createLead(newLead({ email: lead.email }));
    const victim = lead.personal_key_id;
    const before = await readPerson(victim);
    const form = await createForm(tenant, { makes_lead });
    for (let n = 0; n < 5; n++) {
      const sent = buildPerson({ email: lead.email, phone: `+32 485 99 88 ${10 + n}`, first_name: `Mallory${n}` });
      expect(await sendToForm(app, `/forms/${form.key}`, { body: sent })).toEqual(neutralResponse);
    }
    expect(await readPerson(victim)).toEqual(before);
    expect((await tenant.admin.listInteractions({ person: victim })).data.length).toBe(5);
    // The address still identifies the person.
    const { first_name, last_name, email } = lead;
    const { data: next } = await tenant.admin.createLead(newLead({ first_name, last_name, email }));
    expect(next.personal_key_id).toBe(victim);
    expect(await readTodaysCounts(tenant, form.id)).toEqual({ accepted: 5 });
  });

  it("takes no contact point from an existing person for a new one", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ phone: "+32 485 44 55 66" }));
    const form = await createForm(tenant);
    const visits = await createForm(tenant, { kind: "page_visit" });
    const sent = buildPerson({ phone: "+32 485 44 55 66" });
    await sendToForm(app, `/forms/${form.key}`, { body: sent });
    await sendToForm(app, `/track/${visits.key}`, { body: { email: sent.email } });
    expect((await readPerson(lead.personal_key_id)).emails).toEqual([lead.email]);
  });

  it("creates a separate person for an address that is already shared", async () => {
    const shared = { email: "info@switchboard.example" };
    for (let n = 0; n < 4; n++) await tenant.admin.createLead(newLead(shared));
    const campaign = await createCampaign(tenant.admin);
    const form = await createForm(tenant, { makes_lead: true, campaign_id: campaign });
    await sendToForm(app, `/forms/${form.key}`, { body: buildPerson(shared) });
    const [interaction] = (await tenant.admin.listInteractions({ campaign })).data;
    const [point] = (await readPerson(String(interaction?.personal_key_id))).contact_points;
    expect([point?.contact_value, point?.is_shared]).toEqual([shared.email, true]);
  });

  it("does not revoke a refusal", async () => {
    const form = await createForm(tenant, { consent_text: "Yes", consent_channel: "email" });
    const { data: lead } = await tenant.admin.createLead(newLead());
    const { runIn } = await import("@crm/core/kernel/context.ts");
    const { systemContext } = await import("@crm/core/kernel/context.ts");
    const { People } = await import("@crm/core/people/person/person.entity.ts");
    const { Records } = await import("@crm/core/storage/write/records.ts");
    const refusal = {
      channel: "email",
      purpose: "any",
      consent: "REFUSED",
      source: "phone",
      at: "2026-01-01T00:00:00.000Z",
    } as const;
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      Records.change(People, lead.personal_key_id, (current) => ({ ...current, preferences: [refusal] })),
    );
    await sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ email: lead.email, consent: true }) });
    expect((await readPerson(lead.personal_key_id)).preferences).toEqual([refusal]);
  });
});
