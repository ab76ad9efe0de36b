import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCampaign, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { buildPerson, createForm, readTodaysCounts, sendToForm } from "./form-client.ts";

/** Where visitors come from: UTM parameters of forms and pages (docs/people/persons.md). */

let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  crm = tenant.admin;
});
afterAll(() => app.stop());

let names = 0;
/** Creates a campaign that lookups find. */
async function createNamed(more: object = {}) {
  const name = `Harbour fair ${++names}`;
  const { data } = await crm.createCampaign({ name, type: "EVENT", start_date: "2026-01-01", ...more });
  await app.settle();
  return data;
}

/** Submits a form that creates leads, and returns the lead with its interaction. */
async function submit(form: { key: string }, more: object) {
  const sent = buildPerson();
  expect((await sendToForm(app, `/forms/${form.key}`, { body: { ...sent, ...more } })).status).toBe(202);
  const [row] = (await crm.listLeads({ limit: 1 })).data;
  expect(row?.email).toBe(sent.email);
  const { data: lead } = await crm.getLead({ id: String(row?.id) });
  const [first] = (await crm.listInteractions({ person: lead.personal_key_id })).data;
  const { data: interaction } = await crm.getInteraction({ id: String(first?.id) });
  return { lead, interaction };
}

describe("a form without a campaign", () => {
  it("takes campaign, source and medium from the UTM parameters of its page", async () => {
    const form = await createForm(tenant, { makes_lead: true });
    const { id, campaign_number, name } = await createNamed();
    const expected = { source_campaign_id: id, lead_source_id: (await findSource("email")).id };
    for (const utm_campaign of [id, campaign_number.toLowerCase(), `  ${name.toUpperCase()} `]) {
      const utm = { utm_source: "June letter", utm_medium: "email", utm_campaign };
      const { lead, interaction } = await submit(form, utm);
      expect(lead).toMatchObject({ ...expected, metadata: { ...utm, utm_campaign: utm_campaign.trim() } });
      expect(interaction).toMatchObject({ campaign_id: id, metadata: { utm_source: "June letter", utm_medium: "email" } });
      expect(interaction.metadata).not.toHaveProperty("fields.utm_source");
    }
    const page_url = `https://shop.example/fair?utm_source=partner&utm_campaign=${encodeURIComponent(name)}#form`;
    const { lead } = await submit(form, { page_url });
    expect(lead).toMatchObject({ source_campaign_id: id, lead_source_id: (await findSource("partner")).id });
  });

  it("links nothing for other values, and refuses none", async () => {
    const form = await createForm(tenant, { makes_lead: true });
    const other = await signUp(app);
    const foreign = await createCampaign(other.admin);
    const [twin] = [await createNamed({ name: "Twins" }), await createNamed({ name: "twins" })];
    const deleted = await createNamed();
    await crm.deleteCampaign({ id: deleted.id });
    for (const utm_campaign of [
      foreign,
      deleted.campaign_number,
      "Twins",
      "Harbour",
      "😀".repeat(5000),
      ["x", "y"],
      { a: 1 },
      null,
    ]) {
      const { lead, interaction } = await submit(form, { utm_campaign, utm_source: "nowhere" });
      expect([lead.source_campaign_id, lead.lead_source_id, interaction.campaign_id]).toEqual([null, null, null]);
      expect(lead.metadata).toMatchObject({ utm_source: "nowhere" });
    }
    // Of two campaigns of one name, the running one counts.
    await crm.activateCampaign({ id: twin.id });
    app.setClock({ advance: 61_000 });
    expect((await submit(form, { utm_campaign: "TWINS" })).lead.source_campaign_id).toBe(twin.id);
  });
});

describe("a landing form of a campaign", () => {
  it("names the campaign, and stores the consent with its text and time", async () => {
    const [own, other] = [await createNamed(), await createNamed()];
    const consent_text = "Write to me about the fair";
    const form = await createForm(tenant, {
      ...{ makes_lead: true, lead_source_id: "web", campaign_id: own.id, consent_text, consent_channel: "email" },
    });
    const { lead, interaction } = await submit(form, { consent: "on", utm_campaign: other.campaign_number, utm_source: "email" });
    // The settings of the form come before the parameters, which stay as text.
    expect(lead).toMatchObject({ source_campaign_id: own.id, metadata: { utm_campaign: other.campaign_number } });
    expect(lead.lead_source_id).toBe((await findSource("web")).id);
    const { version, ...consent } = (interaction.metadata as { consent: { text: string; at: string; version: number } }).consent;
    expect([interaction.campaign_id, consent, version]).toEqual([own.id, { text: consent_text, at: expect.any(String) }, 1]);
    const { preferences } = (await crm.getPerson({ id: lead.personal_key_id })).data;
    expect(preferences).toEqual([expect.objectContaining({ channel: "email", consent: "ALLOWED", ...consent })]);
  });
});

describe("a visit", () => {
  it("names the campaign of its address, and makes its person a member who responded once", async () => {
    const campaign = await createNamed();
    const page = await createForm(tenant, { kind: "page_visit" });
    const url = `https://shop.example/fair?utm_source=google&utm_medium=cpc&utm_campaign=${campaign.campaign_number}`;
    for (let repeat = 0; repeat < 2; repeat++) {
      const body = { email: "visitor@mail.example", url, submission_id: "one" };
      expect((await sendToForm(app, `/track/${page.key}`, { body })).status).toBe(202);
    }
    await app.settle();
    expect(await readTodaysCounts(tenant, page.id)).toEqual({ accepted: 1, repeated: 1 });
    const { data: interactions } = await crm.listInteractions({ campaign: campaign.id });
    const { data: interaction } = await crm.getInteraction({ id: String(interactions[0]?.id) });
    expect(interaction.metadata).toMatchObject({ url, utm_source: "google", utm_medium: "cpc" });
    const { data: responses } = await crm.listCampaignResponses({ id: campaign.id });
    expect(responses.map(({ kind, source }) => [kind, source])).toEqual([["CLICKED", interaction.id]]);
  });
});

async function findSource(code: string) {
  const { data } = await crm.listMasters({ kind: "lead-sources", limit: 100 });
  const found = data.find((source) => (source as { code?: string }).code === code);
  if (!found) throw new Error(`No lead source ${code}`);
  return found;
}
