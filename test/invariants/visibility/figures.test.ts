import type { Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/**
 * Figures computed from several records: what ann's records of a person reveal to bob, who sees the person only through his own
 * lead.
 */
let app: App;
let tenant: Tenant;
let ann: TestUser;
let bob: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { score_model: "dynamic" });
  [ann, bob] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
});
afterAll(() => app.stop());

type Lead = Awaited<ReturnType<Client["createLead"]>>["data"];

/** All leads have the same name, because an email address with several names does not identify one person. */
const namedLead = (more: Record<string, unknown> = {}) => newLead({ first_name: "Ida", last_name: "Lund", ...more });
const ANN_LEAD_COUNT = 6;
let leadCount = 0;
let email: string;
let person: string;
let bobLead: Lead;
beforeEach(async () => {
  email = `figures${++leadCount}@mail.example`;
  const { data: hers } = await tenant.admin.createLead(namedLead({ email, owner_id: ann.id }));
  person = hers.personal_key_id;
  bobLead = (await tenant.admin.createLead(namedLead({ email, owner_id: bob.id }))).data;
  const interactionInput = { personal_key_id: person, interaction_type_id: "email_opened", lead_id: hers.id };
  for (let index = 0; index < ANN_LEAD_COUNT; index++) await ann.client.createInteraction(interactionInput);
  const { data: customer } = await ann.client.createCustomer({ name: `Hers ${leadCount}` });
  const { data: contact } = await ann.client.createContact({ customer_id: customer.id, personal_key_id: person });
  const deal = { name: "Hers", customer_id: customer.id, contact_id: contact.id };
  await ann.client.createOpportunity(deal);
  await app.settle();
});

describe("R1 a figure", () => {
  it("of a lead's score counts records visible to the caller, while the score itself is the same for all", async () => {
    const [fullScore, seen] = [
      (await tenant.admin.getLeadScore({ id: bobLead.id })).data,
      (await bob.client.getLeadScore({ id: bobLead.id })).data,
    ];
    expect(fullScore.scoring_factors).toEqual({
      interaction_count: ANN_LEAD_COUNT,
      recent_interactions: ANN_LEAD_COUNT,
      campaign_responses: ANN_LEAD_COUNT,
      opportunity_count: 1,
    });
    expect(seen.scoring_factors).toEqual({
      interaction_count: 0,
      recent_interactions: 0,
      campaign_responses: 0,
      opportunity_count: 0,
    });
    expect(seen.lead_score).toBe(fullScore.lead_score);
    expect(fullScore.calculated.total).toBe(fullScore.lead_score);
    expect(JSON.stringify(seen.calculated)).not.toContain(`${ANN_LEAD_COUNT} `);
    await bob.client.createInteraction({
      personal_key_id: person,
      interaction_type_id: "email_opened",
      lead_id: bobLead.id,
    });
    await app.settle();
    expect((await bob.client.getLeadScore({ id: bobLead.id })).data.scoring_factors.interaction_count).toBe(1);
    // Recalculated by a user who sees fewer records, the score still uses all of them.
    await bob.client.setLeadScore({ id: bobLead.id });
    expect((await tenant.admin.getLeadScore({ id: bobLead.id })).data.calculated.total).toBe(
      (await bob.client.getLead({ id: bobLead.id })).data.lead_score,
    );
    const { data: history } = await bob.client.listLeadScores({ id: bobLead.id });
    expect(JSON.stringify(history)).not.toMatch(/\d+ interactions|\d+ × email/);
    expect(JSON.stringify((await tenant.admin.listLeadScores({ id: bobLead.id })).data)).toMatch(/\d+ interactions/);
  });

  it("of a lead with limited sight of its person is computed from the lead only", async () => {
    await tenant.admin.updatePerson({ id: person, education_level: "phd", birth_date: "1985-01-01" });
    const carl = await addUser(app, tenant, "SALES_REP");
    const { data: joinedLead } = await carl.client.createLead(namedLead({ email }));
    const { data: alone } = await carl.client.createLead(namedLead());
    expect(joinedLead).toMatchObject({ personal_key_id: person, person_sight: "LIMITED" });
    await app.settle();
    const readScore = async ({ id }: Lead) => {
      const { lead_score, calculated, scoring_factors } = (await carl.client.getLeadScore({ id })).data;
      return { lead_score, calculated, scoring_factors };
    };
    expect(await readScore(joinedLead)).toEqual(await readScore(alone));
    await carl.client.createInteraction({
      personal_key_id: person,
      interaction_type_id: "call",
      lead_id: joinedLead.id,
    });
    await app.settle();
    expect((await readScore(joinedLead)).scoring_factors.interaction_count).toBe(1);
    expect((await readScore(joinedLead)).lead_score).toBe((await readScore(joinedLead)).calculated.total);
  });

  it("of a customer counts records visible to the caller", async () => {
    const { data: customer } = await tenant.admin.createCustomer({
      ...{ customer_type: "individual", name: `His ${leadCount}` },
      ...{ personal_key_id: person, owner_id: bob.id },
    });
    const readFigures = async (as: Client) => {
      const { recent_interactions, engagement_score, health } = (await as.getCustomer360({ id: customer.id })).data;
      return { recent: recent_interactions.length, engagement_score, health };
    };
    const silent = await readFigures(bob.client);
    expect(silent).toMatchObject({ recent: 0, engagement_score: 0 });
    expect(await readFigures(tenant.admin)).toMatchObject({ recent: ANN_LEAD_COUNT });
    expect((await readFigures(tenant.admin)).engagement_score).toBeGreaterThan(0);
  });
});
