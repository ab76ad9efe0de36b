import { assignVariant } from "@crm/core/engagement/campaign/ab-test.rules.ts";
import { Fills } from "@crm/core/engagement/campaign/fill.entity.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Vault } from "@crm/core/storage/vault/vault.ts";
import { Job } from "@crm/core/storage/write/job.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import { createSendFixture, type Recipient, type SendFixture, settings } from "../../../engagement/email-send/send-fixture.ts";
import { type Scenario, scenario, type World } from "../scenario.ts";

const HOUR_SECONDS = 3600;

async function prepareTenant({ app, admin, tenant }: World): Promise<SendFixture> {
  await admin.updateTenant({ settings });
  return createSendFixture(app, {}, { tenant, crm: admin });
}

/** A send of the administrator that all users see, scheduled for later. The reader is a contact that only the administrator sees. */
interface ScheduledSend {
  readonly id: string;
  readonly reader: Recipient;
  readonly template: string;
  /** The segment or list whose filter is changed. */
  readonly set?: string;
}

const createTemplate = async ({ admin }: World, subject: string): Promise<string> =>
  (await admin.createMessageTemplate({ name: subject, channel: "EMAIL", subject, body_html: "<p>approved</p>" })).data.id;

const schedule = (client: Client, id: string) =>
  client.scheduleEmailSend({ id, scheduled_send_time: new Date(Clock.ms() + HOUR_SECONDS * 1000).toISOString() });

/** Requires the approval of a director for every send. */
async function requireApproval({ app, admin }: World): Promise<void> {
  const levels = [{ name: "Every", every: true, approvers: ["DIRECTOR"] }];
  const { data } = await admin.createRuleVersion({ kind: "email_send_approval", definition: { levels } });
  await admin.publishRuleVersion({ kind: "email_send_approval", id: data.id });
  await app.settle();
}

/** Approves what a director is asked for now. */
async function approveAll(world: World, subject: string): Promise<void> {
  const { client } = await world.findUser("DIRECTOR");
  const { data } = await client.listApprovals({ mine: true, subject, status: "pending" });
  for (const { id } of data) await client.approveApproval({ id });
  await world.app.settle();
}

interface Content {
  readonly subject?: string;
  readonly audience?: (fixture: SendFixture, reader: Recipient) => Promise<Record<string, unknown> & { set?: string }>;
}

async function scheduleSend(world: World, { subject = "approved", audience }: Content = {}): Promise<ScheduledSend> {
  const fixture = await prepareTenant(world);
  const [template, reader] = [await createTemplate(world, subject), await fixture.contact({ first_name: "Hidden" })];
  const named = await (audience?.(fixture, reader) ?? { contact_list_id: await fixture.list([reader]) });
  const { set, ...input } = named as Record<string, unknown> & { set?: string };
  const id = await fixture.draft({ template_id: template, owner_id: null, ...input });
  await world.app.settle();
  await schedule(world.admin, id);
  await world.app.settle();
  return { id, reader, template, ...(set === undefined ? {} : { set }) };
}

/** Lets the send go out, and returns what its subject says of the text that was sent. */
async function readMail(world: World, { reader }: ScheduledSend): Promise<"approved" | "edited" | "nothing"> {
  await world.letPass(HOUR_SECONDS + 60);
  const [mail] = world.app.mail.sent(reader.email);
  if (!mail) return "nothing";
  return mail.subject === "approved" ? "approved" : "edited";
}

/** Lets the send go out, and returns whether it reaches a person whom the changed filter added. */
const readAudience = async (world: World, send: ScheduledSend): Promise<"edited" | "nothing"> =>
  (await readMail(world, send)) === "nothing" ? "nothing" : "edited";

const changedTemplate = scenario<ScheduledSend>({
  ...{ authority: "email_send", record: "message_template", change: "the text of the template", role: "MARKETER" },
  approve: (world) => scheduleSend(world),
  edit: (_, { template }, editor) => [editor.updateMessageTemplate({ id: template, subject: "edited" })],
  approveAgain: ({ admin }, { id }) => schedule(admin, id),
  run: readMail,
});

const changedSend = scenario<ScheduledSend>({
  ...{ authority: "email_send", record: "email_send", change: "the subject of the send", role: "MARKETER" },
  approve: (world) => scheduleSend(world),
  edit: (_, { id }, editor) => [editor.updateEmailSend({ id, subject: "edited" })],
  run: readMail,
});

/** A send that needs approval. Its mails name its owner, if it has one. */
async function submitOwnedSend(world: World): Promise<ScheduledSend> {
  await world.findUser("DIRECTOR");
  await requireApproval(world);
  return scheduleSend(world, { subject: "{{owner.first_name|approved}}" });
}

const changedOwner = scenario<ScheduledSend>({
  ...{ authority: "email_send", record: "email_send", change: "the owner of an approved send", role: "MARKETER" },
  async approve(world) {
    const send = await submitOwnedSend(world);
    await approveAll(world, send.id);
    return send;
  },
  edit: ({ tenant }, { id }, editor) => [editor.updateEmailSend({ id, owner_id: tenant.userId })],
  approveAgain: (world, { id }) => approveAll(world, id),
  run: readMail,
});

const changedBeforeApproval = scenario<ScheduledSend>({
  ...{ authority: "approval", record: "email_send", change: "the send while its approver is asked", role: "MARKETER" },
  approve: submitOwnedSend,
  edit: ({ tenant }, { id }, editor) => [
    editor.updateEmailSend({ id, subject: "edited" }),
    editor.updateEmailSend({ id, owner_id: tenant.userId }),
  ],
  async run(world, send) {
    await approveAll(world, send.id);
    return readMail(world, send);
  },
});

/** A filter that matches no contact, which a change makes match the reader. */
const changedSegment = scenario<ScheduledSend>({
  ...{ authority: "email_send", record: "segment", change: "the filter of the segment", role: "MARKETER" },
  approve: (world) =>
    scheduleSend(world, {
      async audience({ crm }) {
        const { data } = await crm.createSegment({ name: "S", membership: "DYNAMIC", filter: { status: "CHURNED" } });
        return { segment_id: data.id, set: data.id };
      },
    }),
  edit: (_, { set }, editor) => [editor.updateSegment({ id: String(set), filter: { customer_type: "BUSINESS" } })],
  run: readAudience,
});

/** An excluded segment that has the reader, until a change of its filter. */
const changedExclusion = scenario<ScheduledSend>({
  ...{ authority: "email_send", record: "segment", change: "the filter of an excluded segment", role: "MARKETER" },
  approve: (world) =>
    scheduleSend(world, {
      async audience({ crm, list }, reader) {
        const filter = { customer_type: "BUSINESS" };
        const { data } = await crm.createSegment({ name: "S", membership: "DYNAMIC", filter });
        return { contact_list_id: await list([reader]), exclude_segment_ids: [data.id], set: data.id };
      },
    }),
  edit: (_, { set }, editor) => [editor.updateSegment({ id: String(set), filter: { status: "CHURNED" } })],
  run: readAudience,
});

const noContact = { first_name: "No-one-has-this" };
const allContacts = { first_name: "Hidden" };

const changedList = scenario<ScheduledSend>({
  ...{ authority: "email_send", record: "contact_list", change: "the filter of the contact list", role: "MARKETER" },
  approve: (world) =>
    scheduleSend(world, {
      async audience({ crm }) {
        const { data } = await crm.createContactList({ name: "L", membership: "DYNAMIC", filter: noContact });
        return { contact_list_id: data.id, set: data.id };
      },
    }),
  edit: (_, { set }, editor) => [editor.updateContactList({ id: String(set), filter: allContacts })],
  run: readAudience,
});

/** An A/B test under way, with persons inside and outside of its sample. */
interface RunningTest {
  path: { id: string; ab_test_id: string };
  readonly template: string;
  readonly fixture: SendFixture;
  readonly list: string;
}

const variants = [{ subject: "approved" }, { subject: "approved too" }];
const editedVariants = [{ subject: "edited" }, { subject: "edited too" }];

/** Creates and starts a test. One person of its list is in the sample, and one is not. */
async function startTest(world: World, { path, fixture, list, template }: RunningTest, input: object = {}): Promise<void> {
  const parameters = { tests: "subject", tracks: true, sample_percent: 50, decide_after_hours: 1, without_winner: "send_better" };
  const audience = { template_id: template, contact_list_id: list };
  const test = { id: path.id, name: "T", ...parameters, ...audience, variants, ...input };
  path.ab_test_id = (await world.admin.createCampaignAbTest(test)).data.id;
  const computeMac = await runIn(systemContext(world.app.ports, world.tenant.id, "test"), () => Vault.buildMac("email_send"));
  const found = new Map<boolean, Recipient>();
  while (found.size < 2) {
    const reader = await fixture.contact();
    const hash = Buffer.from(computeMac(`${path.ab_test_id} ${reader.person}`), "base64url");
    found.set(assignVariant(hash, { shares: [1, 1], sample_percent: 50 }) === "rest", reader);
  }
  await world.admin.changeContactListMembers({ id: list, add: [...found.values()].map(({ id }) => id) });
  await world.app.settle();
  await world.admin.startCampaignAbTest(path);
  await world.app.settle();
}

async function runTest(world: World): Promise<RunningTest> {
  const fixture = await prepareTenant(world);
  const { data: list } = await world.admin.createContactList({ name: "L" });
  const campaign = await createCampaign(world);
  const template = await createTemplate(world, "S");
  const test = { path: { id: campaign, ab_test_id: "" }, template, fixture, list: list.id };
  await startTest(world, test);
  return test;
}

const createCampaign = async ({ admin }: World): Promise<string> => {
  const campaign = { name: "C", type: "EMAIL", start_date: "2020-01-01", status: "IN_PROGRESS", owner_id: null };
  return (await admin.createCampaign(campaign)).data.id;
};

/** Starts another test, as an administrator who approves what was edited meanwhile. */
async function restart(world: World, test: RunningTest, input: object = {}): Promise<void> {
  await world.admin.cancelCampaignAbTest(test.path);
  await startTest(world, test, input);
}

const listMails = async ({ admin }: World, send: unknown) => {
  const { data } = await admin.listMessages({ limit: 100 });
  const messages = await Promise.all(data.map(async ({ id }) => (await admin.getMessage({ id })).data));
  return messages.filter(({ sent_for_id }) => sent_for_id === send);
};

const changedTest = scenario<RunningTest>({
  ...{ authority: "email_send", record: "ab_test", change: "the variants of a started A/B test", role: "MARKETER" },
  approve: runTest,
  edit: (_, { path }, editor) => [editor.updateCampaignAbTest({ ...path, variants: editedVariants })],
  approveAgain: (world, test) => restart(world, test, { variants: editedVariants }),
  async run(world, { path }) {
    await world.letPass(60);
    const { data: test } = await world.admin.getCampaignAbTest(path);
    const [mail] = await listMails(world, test.sample_send_id);
    return mail?.subject?.startsWith("edited") ? "edited" : "approved";
  },
});

/** Lets the test decide, and returns what the persons outside of its sample got. */
async function readRest(world: World, { path }: RunningTest): Promise<"approved" | "edited" | "nothing"> {
  for (const seconds of [60, 11 * 60, HOUR_SECONDS + 60]) await world.letPass(seconds);
  const { data: test } = await world.admin.getCampaignAbTest(path);
  if (test.rest_send_id === null) return "nothing";
  const { data: send } = await world.admin.getEmailSend({ id: test.rest_send_id });
  const [mail] = await listMails(world, send.id);
  const isEdited = send.subscription_type === "events" || send.owner_id !== null || /edited/.test(String(mail?.body_html));
  return isEdited ? "edited" : "approved";
}

const changedCampaign = scenario<RunningTest>({
  ...{ authority: "email_send", record: "campaign", change: "what the winner of an A/B test is sent with", role: "MARKETER" },
  approve: runTest,
  edit: ({ tenant }, { path, template }, editor) => [
    editor.updateMessageTemplate({ id: template, body_html: "<p>edited</p>" }),
    editor.updateCampaign({ id: path.id, owner_id: tenant.userId, subscription_type: "events" }),
  ],
  approveAgain: restart,
  run: readRest,
});

/** A fill of a campaign, whose worker was killed before it found any person. */
interface KilledFill {
  id: string;
  readonly campaign: string;
  readonly set: string;
}

async function startFill({ app, admin, tenant }: World, campaign: string, audience: object): Promise<string> {
  const { data: fill } = await admin.fillCampaign({ id: campaign, ...audience });
  await app.settle();
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const state = { after: null, walked: false, found: 0, added: 0, skipped: 0 };
    await transaction().put(Job.initialProgressItem(fill.id, state)).commit(undefined);
    const attention_at = Clock.addSeconds(HOUR_SECONDS);
    await Records.change(Fills, fill.id, (current) => ({
      ...current,
      status: "running" as const,
      finished_at: null,
      attention_at,
    }));
  });
  await app.settle();
  return fill.id;
}

type SetKind = "segment" | "contact_list";

const sets = {
  segment: {
    create: (client: Client) => client.createSegment({ name: "S", membership: "DYNAMIC", filter: { status: "CHURNED" } }),
    widen: (client: Client, id: string) => client.updateSegment({ id, filter: { customer_type: "BUSINESS" } }),
    field: "segment_id",
  },
  contact_list: {
    create: (client: Client) => client.createContactList({ name: "L", membership: "DYNAMIC", filter: noContact }),
    widen: (client: Client, id: string) => client.updateContactList({ id, filter: allContacts }),
    field: "contact_list_id",
  },
} as const;

/** Starts the fill of a campaign from a set whose filter matches no contact. A contact exists that only the administrator sees. */
async function fillFromEmptySet(world: World, kind: SetKind): Promise<KilledFill> {
  const { admin } = world;
  const { data: customer } = await admin.createCustomer({ customer_type: "BUSINESS", name: "Yard" });
  const named = { customer_id: customer.id, first_name: "Hidden", last_name: "Lund", email: "hidden@mail.example" };
  await admin.createContact(named);
  const { data: set } = await sets[kind].create(admin);
  const campaign = await createCampaign(world);
  await world.app.settle();
  const id = await startFill(world, campaign, { [sets[kind].field]: set.id });
  return { id, campaign, set: set.id };
}

async function readMembers(world: World, { campaign }: KilledFill): Promise<"edited" | "nothing"> {
  await world.letPass(HOUR_SECONDS + 60);
  const { data } = await world.admin.listCampaignMembers({ id: campaign });
  return data.length > 0 ? "edited" : "nothing";
}

const changedFillSource = (kind: SetKind): Scenario =>
  scenario<KilledFill>({
    ...{ authority: "campaign_fill", record: kind, change: `the filter of the ${kind} of a fill`, role: "MARKETER" },
    approve: (world) => fillFromEmptySet(world, kind),
    edit: (_, { set }, editor) => [sets[kind].widen(editor, set)],
    run: readMembers,
  });

/** A fill keeps its audience. It can only be cancelled, and started again. */
const changedFill = scenario<KilledFill>({
  ...{ authority: "campaign_fill", record: "campaign_fill", change: "the fill itself", role: "MARKETER" },
  approve: (world) => fillFromEmptySet(world, "segment"),
  edit: (_, { id }, editor) => [editor.cancelCampaignFill({ id })],
  async approveAgain(world, { campaign }) {
    const { data } = await world.admin.createContactList({ name: "All", membership: "DYNAMIC", filter: allContacts });
    await world.app.settle();
    await world.admin.fillCampaign({ id: campaign, contact_list_id: data.id });
  },
  run: readMembers,
});

export const sendScenarios: readonly Scenario[] = [
  ...[changedTemplate, changedSend, changedOwner, changedBeforeApproval],
  ...[changedSegment, changedExclusion, changedList],
  ...[changedTest, changedCampaign],
  ...[changedFillSource("segment"), changedFillSource("contact_list"), changedFill],
];
