import { Clock } from "@crm/core/kernel/clock.ts";
import { expect } from "vitest";
import { createSendFixture, type Recipient, type SendFixture, settings } from "../../../engagement/email-send/send-fixture.ts";
import { defineScenario, type Fixture } from "../harness.ts";

/** Campaigns that start and end by their dates, sales that are attributed to them, rows of their mails, and their A/B tests. */

const DAY_SECONDS = 86_400;
const LEASE_SECONDS = 400;
/** Each scenario runs many times, and an address names one person. */
let count = 0;
const day = (days: number): string => Clock.addSeconds(days * DAY_SECONDS).slice(0, 10);

const dates = defineScenario<{ id: string; waits: number[] }>({
  name: "a campaign from its first day to its last",
  covers: { subscribers: ["campaigns"], due: ["campaign"] },
  async prepare({ crm }) {
    const input = {
      name: "Struck",
      type: "EVENT",
      status: "PLANNING",
      follows_dates: true,
      start_date: day(2),
      end_date: day(4),
    };
    return { id: (await crm.createCampaign(input)).data.id, waits: [3, 3] };
  },
  countsWrite: (name) => name === "campaigns",
  async proceed({ system }, { waits }) {
    for (const days of waits.splice(0)) {
      await system.advance(days * DAY_SECONDS);
      // Interrupted work is handed out again before the next clock is due.
      await system.advance(LEASE_SECONDS);
      await system.advance(LEASE_SECONDS);
    }
    await system.advance(LEASE_SECONDS);
  },
  async check({ crm }, { id }) {
    expect((await crm.getCampaign({ id })).data).toMatchObject({ status: "COMPLETED", version: 3 });
  },
});

const attribution = defineScenario<{ campaign: string; person: string; sale: string; at: string }>({
  name: "a late touch of a sale",
  covers: { subscribers: ["campaigns"] },
  countsWrite: (name) => name === "campaigns",
  async prepare({ crm, system }) {
    const { data: campaign } = await crm.createCampaign({ name: "Touched", type: "EVENT", start_date: day(0) });
    const { data: customer } = await crm.createCustomer({ name: "Touched" });
    const input = { customer_id: customer.id, last_name: "Touched", email: `touched${++count}@fair.example` };
    const { data: contact } = await crm.createContact(input);
    const sale = { name: "Pier", customer_id: customer.id, contact_id: contact.id, amount: "10.00", currency: "USD" };
    const { data: won } = await crm.winOpportunity({ id: (await crm.createOpportunity(sale)).data.id });
    await system.drain();
    return { campaign: campaign.id, person: String(contact.personal_key_id), sale: won.id, at: Clock.addSeconds(-DAY_SECONDS) };
  },
  ask: ({ crm }, { campaign, person, at }, options) =>
    crm.createJourneyEntry({ id: person, interaction_type: "visit", campaign_id: campaign, occurred_at: at }, options),
  proceed: ({ system }) => system.advance(LEASE_SECONDS),
  async check({ crm }, { campaign, sale, at }) {
    const { data } = await crm.listCampaignConversions({ id: campaign });
    expect(data).toMatchObject([{ record_id: sale, value: "10.00", is_attributed: true }]);
    const { data: conversion } = await crm.getCampaignConversion({ attribution_id: String(data[0]?.id) });
    expect(conversion).toMatchObject({ version: 2, touches: [{ at, shares: { LINEAR: "10.00" } }] });
  },
});

const fixtures = new WeakMap<Fixture, SendFixture>();
const sendFixtureFor = (scene: Fixture): SendFixture => fixtures.get(scene) ?? expect.fail("Not opened");

const systemRow = defineScenario<{ campaign: string; send: string }>({
  name: "the daily metrics of a campaign's mail",
  covers: { subscribers: ["campaigns"], due: ["campaign_metric"] },
  settings,
  async open(scene) {
    fixtures.set(scene, await createSendFixture(scene.system.app, {}, { tenant: scene.tenant, crm: scene.crm }));
  },
  async prepare(scene) {
    const { contact, list, draft } = sendFixtureFor(scene);
    const { data } = await scene.crm.createCampaign({ name: "Struck", type: "EMAIL", start_date: day(0) });
    return { campaign: data.id, send: await draft({ contact_list_id: await list([await contact()]), campaign_id: data.id }) };
  },
  ask: ({ crm }, { send }, options) => crm.scheduleEmailSend({ id: send }, options),
  async proceed({ system }) {
    for (let times = 0; times < 6; times++) await system.advance(LEASE_SECONDS);
  },
  countsWrite: (name) => name === "campaigns",
  async check({ crm }, { campaign }) {
    const { data } = await crm.listCampaignMetrics({ id: campaign });
    expect(data).toMatchObject([{ source: "system", impressions: 1, clicks: 0 }]);
  },
});

const windows = defineScenario<{ campaign: string; sale: string; days: number }>({
  name: "another window of attribution",
  covers: { subscribers: ["campaign-fills"], due: ["attribution_run"] },
  countsWrite: (name) => name === "campaign-fills",
  async prepare(scene) {
    const { data: campaign } = await scene.crm.createCampaign({ name: "Window", type: "EVENT", start_date: day(0) });
    const { data: customer } = await scene.crm.createCustomer({ name: "Window" });
    const input = { customer_id: customer.id, last_name: "Window", email: `window${++count}@fair.example` };
    const { data: contact } = await scene.crm.createContact(input);
    for (const age of [1, 20])
      await scene.crm.createJourneyEntry({
        ...{ id: String(contact.personal_key_id), interaction_type: "visit", campaign_id: campaign.id },
        occurred_at: Clock.addSeconds(-age * DAY_SECONDS),
      });
    const sale = { name: "Pier", customer_id: customer.id, contact_id: contact.id, amount: "10.00", currency: "USD" };
    const { data: won } = await scene.crm.winOpportunity({
      id: (await scene.crm.createOpportunity(sale)).data.id,
    });
    await scene.system.drain();
    // Each time a window that is not the present one, in which the older touch does not count.
    return { campaign: campaign.id, sale: won.id, days: 5 + (count % 5) };
  },
  ask: ({ crm }, { days }, options) => crm.updateTenant({ settings: { attribution_window_days: days } }, options),
  proceed: ({ system }) => system.advance(LEASE_SECONDS),
  async check({ crm }, { campaign, sale }) {
    const { data } = await crm.listCampaignConversions({ id: campaign });
    expect(data).toMatchObject([{ record_id: sale, value: "10.00" }]);
    const { data: conversion } = await crm.getCampaignConversion({ attribution_id: String(data[0]?.id) });
    expect(conversion.touches).toHaveLength(1);
  },
});

interface AbTestSubject {
  path: { id: string; ab_test_id: string };
  readers: Recipient[];
}

/** Too few mails decide nothing, whichever readers are in the sample. */
const abTest = defineScenario<AbTestSubject>({
  name: "an A/B test from its start to its decision",
  covers: { operations: ["startCampaignAbTest"], subscribers: ["campaigns"], due: ["ab_test"] },
  settings,
  async open(scene) {
    const { system: line, tenant, crm } = scene;
    fixtures.set(scene, await createSendFixture(line.app, {}, { tenant, crm }));
  },
  async prepare(scene) {
    const { contact, list, template } = sendFixtureFor(scene);
    const readers = [await contact(), await contact(), await contact()];
    const { data: campaign } = await scene.crm.createCampaign({
      ...{ name: "Tested", type: "EMAIL", start_date: day(0), status: "IN_PROGRESS" },
    });
    const { data: test } = await scene.crm.createCampaignAbTest({
      ...{ id: campaign.id, name: "Tested", tests: "subject", template_id: template, contact_list_id: await list(readers) },
      ...{ variants: [{ subject: "One" }, { subject: "Two" }], sample_percent: 99, decide_after_hours: 1 },
    });
    return { path: { id: campaign.id, ab_test_id: test.id }, readers };
  },
  ask: ({ crm }, { path }, options) => crm.startCampaignAbTest(path, options),
  countsWrite: (name) => name === "request" || name === "campaigns",
  async proceed({ system: line }) {
    for (let times = 0; times < 14; times++) await line.advance(LEASE_SECONDS);
    await line.advance(3600);
    for (let times = 0; times < 3; times++) await line.advance(LEASE_SECONDS);
  },
  async check(scene, { path, readers }) {
    const { data } = await scene.crm.getCampaignAbTest(path);
    expect(data).toMatchObject({ status: "INCONCLUSIVE", is_waiting: true, rest_send_id: null });
    const { data: results } = await scene.crm.getCampaignAbTestResults(path);
    const received = sendFixtureFor(scene).listReceivedSubjects(readers);
    expect(received.filter((subjects) => subjects.length > 1)).toEqual([]);
    expect(results.variants.reduce((total, { assigned }) => total + assigned, 0)).toBe(received.flat().length);
  },
});

export const scenarios = [dates, attribution, systemRow, windows, abTest];
