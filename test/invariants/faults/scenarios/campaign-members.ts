import { expect } from "vitest";
import { newLead } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

/** Members of campaigns: a fill, and an event that adds a response. */

let nameCount = 0;

const createCampaign = async ({ crm }: Fixture): Promise<string> =>
  (await crm.createCampaign({ name: `Struck ${++nameCount}`, type: "EMAIL", start_date: "2026-04-01" })).data.id;

const createPerson = async ({ crm }: Fixture, company: string): Promise<string> =>
  (await crm.createLead(newLead({ email: `struck${++nameCount}@fair.example`, phone: null, company }))).data.personal_key_id;

const fill = defineScenario<{ id: string; company: string; persons: string[] }>({
  name: "fillCampaign",
  covers: { subscribers: ["campaign-fills"], due: ["campaign_fill"] },
  async prepare(scene) {
    const company = `Struck ${++nameCount}`;
    const persons = [await createPerson(scene, company), await createPerson(scene, company), await createPerson(scene, company)];
    await scene.system.drain();
    return { id: await createCampaign(scene), company, persons: persons.sort() };
  },
  ask: ({ crm }, { id, company }, options) => crm.fillCampaign({ id, lead_filter: { company } }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  async check({ crm }, { id, persons }, answer) {
    const { data } = await crm.getCampaignFill({ id: (answer as { id: string }).id });
    expect(data).toMatchObject({ status: "completed", found: 3 });
    const { data: members } = await crm.listCampaignMembers({ id });
    expect(members.map(({ personal_key_id }) => String(personal_key_id)).sort()).toEqual(persons);
  },
});

const response = defineScenario<{ id: string; member: string; person: string }>({
  name: "a meeting with a member of a campaign",
  covers: {},
  countsWrite: (name) => name === "campaigns",
  async prepare(scene) {
    const [id, person] = [await createCampaign(scene), await createPerson(scene, "Struck")];
    return { id, person, member: (await scene.crm.addCampaignMember({ id, person_id: person })).data.id };
  },
  ask: ({ crm }, { id, person }, options) => {
    const meeting = { personal_key_id: person, interaction_type_id: "meeting", campaign_id: id };
    return crm.createInteraction(meeting, options);
  },
  async check({ crm }, { id, member }) {
    expect((await crm.getCampaignMember({ id: member })).data).toMatchObject({ status: "RESPONDED", version: 2 });
    expect((await crm.listCampaignResponses({ id })).data.map(({ kind }) => kind)).toEqual(["ATTENDED"]);
  },
});

export const scenarios = [fill, response];
