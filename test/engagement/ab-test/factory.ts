import { type AbTestRecord, AbTests } from "@crm/core/engagement/ab-test/ab-test.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  nextAddress,
  nextMonth,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { ensureMailAccount } from "../../messaging/message/factory.ts";
import { buildWaiting } from "./waiting-test.ts";

/** Inputs of operations on A/B tests for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createCampaignAbTest: async (app, world) => ({ id: await makeTarget(app, world, "/campaigns"), ...testInput(world) }),
    getCampaignAbTest: async (app, world) => makeTest(app, world),
    updateCampaignAbTest: async (app, world) => ({ ...(await makeTest(app, world)), name: `${world.seeds.mark}-later` }),
    deleteCampaignAbTest: async (app, world) => makeTest(app, world),
    startCampaignAbTest: async (app, world) => ({ ...(await makeStartable(app, world)), schedule_at: nextMonth() }),
    checkCampaignAbTest: async (app, world) => makeStartable(app, world),
    cancelCampaignAbTest: async (app, world) => makeTest(app, world),
    chooseCampaignAbTestVariant: async (app, world) => ({ ...(await makeWaiting(app, world)), variant: "B" }),
    getCampaignAbTestResults: async (app, world) => makeTest(app, world),
  },
};

const testInput = ({ seeds: { mark, ids } }: World): Input => ({
  name: `${mark}-test`,
  tests: "subject",
  template_id: ids.message_template,
  segment_id: ids.segment,
  variants: [{ subject: `${mark}-one` }, { subject: `${mark}-two`, share: 2 }],
});

async function makeTest(app: App, world: World, more: Input = {}): Promise<{ id: string; ab_test_id: string }> {
  const id = await makeTarget(app, world, "/campaigns");
  const input = { id, ...testInput(world), ...more };
  const data = parseData(await sendAs(app, world.tenant.token, findOperation("createCampaignAbTest"), input));
  return { id, ab_test_id: String(data.id) };
}

/** Creates a test of a campaign that runs, from an account. */
async function makeStartable(app: App, world: World): Promise<{ id: string; ab_test_id: string }> {
  // The template of the world is text, in which no click is counted.
  const audience = { segment_id: null, success_metric: "response_rate", sample_percent: 50 };
  const test = await makeTest(app, world, { ...audience, sender_id: await ensureMailAccount(world) });
  for (let count = 0; count < READERS; count++) await addReader(world, test.id);
  await sendAs(app, world.tenant.token, findOperation("activateCampaign"), { id: test.id });
  return test;
}

/** Half of them are the sample, with one for each variant. */
const READERS = 4;

/** Adds a member to whom mails may be sent: the console starts no test without recipients. */
async function addReader({ tenant: { admin }, seeds: { mark } }: World, id: string): Promise<void> {
  const customer = await admin.createCustomer({ customer_type: "BUSINESS", name: `${mark} readers` });
  const named = { customer_id: customer.data.id, first_name: `${mark}-reader`, last_name: mark, email: nextAddress("reader") };
  const contact = await admin.createContact(named);
  const preferences = [{ channel: "email", purpose: "marketing", consent: "ALLOWED" }];
  await admin.setPreferences({ id: contact.data.personal_key_id, preferences });
  await admin.addCampaignMember({ id, contact_id: contact.data.id });
}

/** Creates a test whose figures did not decide. */
async function makeWaiting(app: App, world: World): Promise<Input> {
  const test = await makeStartable(app, world);
  await sendAs(app, world.tenant.token, findOperation("startCampaignAbTest"), { ...test, schedule_at: nextMonth() });
  await runIn(systemContext(app.ports, world.tenant.id, "test"), async () => {
    const current = (await Records.load(AbTests, test.ab_test_id)) as AbTestRecord;
    const waiting: AbTestRecord = { ...current, ...buildWaiting(current.created_at) };
    await transaction().replace(AbTests, current, Records.nextVersion(current, waiting)).commit(undefined);
  });
  return test;
}
