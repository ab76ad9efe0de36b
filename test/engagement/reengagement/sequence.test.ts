import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMessageId } from "../../messaging/message/sms-provider-double.ts";
import {
  addUser,
  deliverToSubscriber,
  inProcessTransport,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import { createSequenceFixture, migrateActiveBatch, type SequenceFixture, settings } from "./sequence-fixture.ts";

let app: App;
let tenant: Tenant;
let fixture: SequenceFixture;
const NOON_MS = Date.parse("2026-11-25T20:00:00Z");
const DAY_MS = 24 * 60 * 60_000;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  app.setClock({ now: new Date(NOON_MS).toISOString() });
  await openFixture(settings);
});
afterAll(() => app.stop());

/** Opens a fixture whose administrator uses an API key, which stays valid when the clock moves. */
async function openFixture(tenantSettings: Record<string, unknown>): Promise<void> {
  const freshTenant = await signUp(app, tenantSettings);
  const { data } = await freshTenant.admin.createApiKey({ name: "Sequences", role: "ADMIN" });
  tenant = { ...freshTenant, admin: createClient(inProcessTransport(app, data.key)) };
  fixture = await createSequenceFixture(app, tenant);
}

/** Advances the clock and runs three sweeps, so that due messages are sent and their events handled. */
const passDays = async (days: number): Promise<void> => {
  app.setClock({ advance: days * DAY_MS });
  // The next minute's sweep finds the clocks that a job sets.
  for (let minute = 0; minute < 3; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
};
const replyByText = async (phone: string, reason: string): Promise<void> => {
  const [sentMessage] = (await fixture.texts.messages()).filter(({ to }) => to === phone);
  await fixture.texts.act(readMessageId(sentMessage), "reply", { reason });
  await app.settle();
};

describe("the members of a batch", () => {
  it("get its messages in sequence, each once, and each counts as a contact", async () => {
    const { admin } = tenant;
    const person = await fixture.person();
    const sequence = [
      { channel: "sms", template_id: fixture.sms, after_days: 0 },
      { channel: "email", template_id: fixture.email, after_days: 3, subscription_type: "Offers" },
    ];
    const batch = await fixture.batch([], { sequence });
    const member = await fixture.member(batch, person.id);
    expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 0, next_step_at: expect.any(String) });
    await app.settle();
    const first = await fixture.readMember(member);
    expect(first).toMatchObject({ status: "CONTACTED", contact_attempts: 1, last_contact_method: "SMS", sequence_step: 1 });
    const due = new Date(Date.parse(String(first.contacted_at)) + 3 * DAY_MS).toISOString();
    expect(first.next_step_at).toBe(due);
    expect(await fixture.listSentTexts(person.phone)).toEqual([expect.stringMatching(/^Ida\d+, we miss you$/)]);
    await passDays(2);
    expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 1, contact_attempts: 1 });
    await passDays(1);
    expect(await fixture.readMember(member)).toMatchObject({
      sequence_step: 2,
      last_contact_method: "EMAIL",
      next_step_at: null,
    });
    await passDays(10);
    expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 2, contact_attempts: 2 });
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(1);
    const { data: messages } = await admin.listMessages({ limit: 100 });
    const types = messages.map(async ({ id }) => {
      const { channel, purpose, subscription_type } = (await admin.getMessage({ id })).data;
      return `${channel} ${purpose} ${subscription_type}`;
    });
    expect((await Promise.all(types)).sort()).toEqual(["email marketing offers", "sms marketing general"]);
    const { data: numbers } = await admin.getReengagementBatch({ id: batch });
    expect(numbers).toMatchObject({ contacted_count: 1, progress: { size: null } });
  });

  it("start when the batch begins if added before, otherwise when they are added", async () => {
    const { admin } = tenant;
    const [early, late] = [await fixture.person(), await fixture.person()];
    const sequence = [{ channel: "sms", template_id: fixture.sms, after_days: 2 }];
    const { data: batch } = await admin.createReengagementBatch({ batch_name: "Slow", sequence });
    const member = await fixture.member(batch.id, early.id);
    await passDays(5);
    expect(await fixture.readMember(member)).toMatchObject({ next_step_at: null, sequence_step: 0 });
    await admin.activateReengagementBatch({ id: batch.id });
    await passDays(1);
    const otherMember = await fixture.member(batch.id, late.id);
    await passDays(1);
    expect(
      [await fixture.listSentTexts(early.phone), await fixture.listSentTexts(late.phone)].map(({ length }) => length),
    ).toEqual([1, 0]);
    await passDays(1);
    expect(await fixture.listSentTexts(late.phone)).toHaveLength(1);
    expect(
      [await fixture.readMember(member), await fixture.readMember(otherMember)].map(({ sequence_step }) => sequence_step),
    ).toEqual([1, 1]);
  });

  it("get each message once, despite repeated and late clocks and events", async () => {
    const person = await fixture.person();
    const member = await fixture.member(await fixture.batch([0, 1]), person.id);
    const events = recordPublishedEvents(app);
    await app.settle();
    await passDays(1);
    const subscribers = {
      "workflow.change_matched": "workflows",
      "workflow.continue_requested": "workflows",
      "workflow_enrollment.step_due": "workflows",
      "message.sent": "reengagement-told",
    } as const;
    const again = events.flatMap((event) => {
      const name = subscribers[event.type as keyof typeof subscribers];
      return name ? [{ name, event }] : [];
    });
    expect(new Set(again.map(({ event }) => event.type)).size).toBe(4);
    for (const { name, event } of [...again, ...again.toReversed()]) await deliverToSubscriber(app, name, event);
    await passDays(3);
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(2);
    expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 2, contact_attempts: 2 });
  });

  it("get no more messages after an answer, a refusal, a win, a failure or their removal", async () => {
    const { admin } = tenant;
    const batch = await fixture.batch([0, 1]);
    const persons = await Promise.all([1, 2, 3, 4].map(() => fixture.person()));
    const [answers, refuses, fails, leaves] = persons as [Person, Person, Person, Person];
    const ids = [];
    for (const { id } of persons) ids.push(await fixture.member(batch, id));
    await app.settle();
    await replyByText(answers.phone, "Who is this?");
    await replyByText(refuses.phone, "STOP");
    await admin.failReengagementMember({ id: String(ids[2]), reason: "Moved" });
    await admin.removeReengagementMember({ id: String(ids[3]) });
    await passDays(2);
    for (const { phone } of [answers, refuses, fails, leaves]) expect(await fixture.listSentTexts(phone)).toHaveLength(1);
    expect(await fixture.readMember(String(ids[0]))).toMatchObject({ status: "RESPONDED", next_step_at: null, sequence_step: 1 });
    expect(await fixture.readMember(String(ids[1]))).toMatchObject({ status: "OPTED_OUT", next_step_at: null });
  });

  it("wait while the batch is paused, and continue at the same step", async () => {
    const { admin } = tenant;
    const person = await fixture.person();
    const batch = await fixture.batch([0, 1, 1]);
    const member = await fixture.member(batch, person.id);
    await app.settle();
    await admin.pauseReengagementBatch({ id: batch });
    const { data: workflows } = await admin.listWorkflows({ status: "PAUSED" });
    expect(workflows).toMatchObject([{ managed_by: batch, name: expect.stringMatching(/^Sequence of Sequence \d+$/) }]);
    await expect(admin.resumeWorkflow({ id: String(workflows[0]?.id) })).rejects.toMatchObject({ status: 422 });
    await passDays(20);
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(1);
    expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 1, next_step_at: null });
    await admin.activateReengagementBatch({ id: batch });
    await passDays(0);
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(2);
    await passDays(1);
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(3);
    await admin.completeReengagementBatch({ id: batch });
  });

  it("get no queued message after a pause, an end or their answer", async () => {
    const { admin } = tenant;
    const [paused, answers, endedPerson] = [await fixture.person(), await fixture.person(), await fixture.person()];
    const [first, second, third] = [await fixture.batch([0]), await fixture.batch([0, 1]), await fixture.batch([0])];
    const member = await fixture.member(first, paused.id);
    const otherMember = await fixture.member(second, answers.id);
    await app.settle();
    expect(await fixture.listSentTexts(paused.phone)).toHaveLength(1);
    await admin.updateSmsSender({ id: fixture.texts.sender, status: "SUSPENDED" });
    const last = await fixture.member(third, endedPerson.id);
    await admin.pauseReengagementBatch({ id: first });
    const sequence = [0, 0].map((after_days) => ({ channel: "sms", template_id: fixture.sms, after_days }));
    await admin.updateReengagementBatch({ id: first, sequence });
    await admin.activateReengagementBatch({ id: first });
    await passDays(1);
    const heldMessages = (await admin.listMessages({ status: "queued", limit: 100 })).data;
    expect(heldMessages.map(({ held_reason }) => held_reason)).toEqual([
      "sender_suspended",
      "sender_suspended",
      "sender_suspended",
    ]);
    await admin.pauseReengagementBatch({ id: first });
    await replyByText(answers.phone, "Yes?");
    await admin.cancelReengagementBatch({ id: third });
    await admin.updateSmsSender({ id: fixture.texts.sender, status: "ACTIVE" });
    await passDays(1);
    for (const { phone, count } of [
      { ...paused, count: 1 },
      { ...answers, count: 1 },
      { ...endedPerson, count: 0 },
    ])
      expect(await fixture.listSentTexts(phone)).toHaveLength(count);
    const recalled = (await admin.listMessages({ status: "failed", limit: 100 })).data;
    expect(recalled.map(({ held_reason }) => held_reason)).toEqual(["recalled", "recalled", "recalled"]);
    expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 1, status: "CONTACTED" });
    expect(await fixture.readMember(otherMember)).toMatchObject({ sequence_step: 1, status: "RESPONDED", next_step_at: null });
    expect(await fixture.readMember(last)).toMatchObject({ sequence_step: 0, status: "ADDED" });
    await admin.activateReengagementBatch({ id: first });
    await passDays(0);
    expect(await fixture.listSentTexts(paused.phone)).toHaveLength(2);
    expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 2 });
  });

  it("of two batches get the messages of one at a time", async () => {
    const { admin } = tenant;
    const person = await fixture.person();
    const [first, second] = [await fixture.batch([0], { window_days: 5 }), await fixture.batch([0, 1])];
    const [firstMember, otherMember] = [await fixture.member(first, person.id), await fixture.member(second, person.id)];
    await app.settle();
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(1);
    const members = [await fixture.readMember(firstMember), await fixture.readMember(otherMember)];
    const [waitingMember, contactedMember] =
      members[0]?.status === "ADDED" ? [firstMember, otherMember] : [otherMember, firstMember];
    expect(await fixture.readMember(waitingMember)).toMatchObject({
      status: "ADDED",
      step_waits: "other_batch",
      sequence_step: 0,
    });
    expect(await fixture.readMember(contactedMember)).toMatchObject({ status: "CONTACTED", sequence_step: 1 });
    const ending = contactedMember === firstMember ? first : second;
    await admin.completeReengagementBatch({ id: ending });
    await passDays(1);
    expect(await fixture.readMember(waitingMember)).toMatchObject({ status: "CONTACTED", step_waits: null, sequence_step: 1 });
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(2);
  });

  it("released by one batch continue in the next one at once", async () => {
    const person = await fixture.person();
    const first = await fixture.member(await fixture.batch([0]), person.id);
    await app.settle();
    const second = await fixture.member(await fixture.batch([0]), person.id);
    await passDays(0);
    expect(await fixture.readMember(second)).toMatchObject({ step_waits: "other_batch" });
    await tenant.admin.failReengagementMember({ id: first, reason: "Not for this one" });
    await passDays(0);
    expect(await fixture.readMember(second)).toMatchObject({ status: "CONTACTED", sequence_step: 1 });
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(2);
  });

  it("fail if no step reaches them; a step without an address is skipped", async () => {
    const [refuses, mailOnly, unreachable] = [
      await fixture.person({ consent: "REFUSED" }),
      await fixture.person({ phone: null }),
      await fixture.person({ phone: null, email: null }),
    ];
    const sequence = [
      { channel: "sms", template_id: fixture.sms, after_days: 0 },
      { channel: "email", template_id: fixture.email, after_days: 1 },
    ];
    const batch = await fixture.batch([], { sequence });
    const ids = [];
    for (const { id } of [refuses, mailOnly, unreachable]) ids.push(await fixture.member(batch, id));
    await app.settle();
    await passDays(1);
    await passDays(1);
    const [first, second, third] = await Promise.all(ids.map((id) => fixture.readMember(id)));
    expect(first).toMatchObject({ status: "FAILED", failure_reason: expect.stringContaining("1: refused; 2: refused") });
    expect(second).toMatchObject({ status: "CONTACTED", last_contact_method: "EMAIL", sequence_step: 2 });
    expect(second?.steps).toMatchObject([{ as: "passed", why: expect.stringContaining("telephone") }, { as: "sent" }]);
    expect(third).toMatchObject({ status: "FAILED", steps: [{ as: "passed" }, { as: "passed" }] });
  });

  it("wait for an inactive template, and get the message once it is active", async () => {
    const { admin } = tenant;
    const person = await fixture.person();
    const batch = await fixture.batch([1]);
    const member = await fixture.member(batch, person.id);
    await admin.updateMessageTemplate({ id: fixture.sms, is_active: false });
    await passDays(1);
    expect(await fixture.readMember(member)).toMatchObject({ step_waits: "template", status: "ADDED", steps: [] });
    await admin.updateMessageTemplate({ id: fixture.sms, is_active: true });
    await passDays(1);
    expect(await fixture.readMember(member)).toMatchObject({ step_waits: null, status: "CONTACTED" });
  });

  it("wait while who started the batch may not sign in or does not see them, and get the message of the user who continues it", async () => {
    const { admin } = tenant;
    const { id: userId, client } = await addUser(app, tenant, "SALES_REP");
    const [seen, hidden, added] = [await fixture.person(), await fixture.person(), await fixture.person()];
    // All users see leads without an owner, and so their persons.
    for (const { email } of [seen, added]) await admin.createLead({ email, company: "Harbour", owner_id: null });
    const batch = await fixture.batch([0], { assigned_to: null });
    await admin.pauseReengagementBatch({ id: batch });
    expect((await client.activateReengagementBatch({ id: batch })).data.started_by).toBe(userId);
    const members = [await fixture.member(batch, seen.id), await fixture.member(batch, hidden.id)];
    await passDays(0);
    const readSteps = async () =>
      (await Promise.all(members.map(fixture.readMember))).map(({ step_waits, steps }) => [step_waits, steps]);
    const sent = [expect.objectContaining({ as: "sent" })];
    expect(await readSteps()).toEqual([
      [null, sent],
      ["starter_rights", []],
    ]);
    members.push(await fixture.member(batch, added.id));
    await admin.setUserStatus({ id: userId, status: "INACTIVE" });
    await passDays(1);
    expect((await readSteps()).map(([reason]) => reason)).toEqual([null, "starter_rights", "starter_rights"]);
    await admin.pauseReengagementBatch({ id: batch });
    await admin.activateReengagementBatch({ id: batch });
    await passDays(1);
    expect(await readSteps()).toEqual([
      [null, sent],
      [null, sent],
      [null, sent],
    ]);
  });

  it("that are merged continue with the one that is further, and get nothing twice", async () => {
    const [survivor, mergedPerson] = [await fixture.person(), await fixture.person()];
    const batch = await fixture.batch([0, 2]);
    const advancedMember = await fixture.member(batch, mergedPerson.id);
    await app.settle();
    await tenant.admin.pauseReengagementBatch({ id: batch });
    const member = await fixture.member(batch, survivor.id);
    await tenant.admin.mergePersons({ id: survivor.id, merged_id: mergedPerson.id });
    await app.settle();
    await tenant.admin.activateReengagementBatch({ id: batch });
    await passDays(0);
    expect((await fixture.listSentTexts(survivor.phone)).length + (await fixture.listSentTexts(mergedPerson.phone)).length).toBe(
      1,
    );
    await passDays(2);
    expect((await fixture.listSentTexts(survivor.phone)).length + (await fixture.listSentTexts(mergedPerson.phone)).length).toBe(
      2,
    );
    await expect(fixture.readMember(advancedMember)).rejects.toMatchObject({ status: 404 });
    expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 2 });
  });
});

it("the members of a batch that an earlier release activated continue at their next step", async () => {
  const { admin } = tenant;
  const person = await fixture.person();
  const sequence = [0, 1].map((after_days) => ({ channel: "sms", template_id: fixture.sms, after_days }));
  const { data } = await admin.createReengagementBatch({ batch_name: "Former", sequence });
  const member = await fixture.member(data.id, person.id);
  await migrateActiveBatch(app, tenant.id, { batch: data.id, member });
  await passDays(0);
  expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 1, next_step_at: expect.any(String) });
  expect(await fixture.listSentTexts(person.phone)).toEqual([]);
  await passDays(1);
  expect(await fixture.readMember(member)).toMatchObject({ sequence_step: 2, next_step_at: null });
  expect(await fixture.listSentTexts(person.phone)).toHaveLength(1);
});

type Person = Awaited<ReturnType<SequenceFixture["person"]>>;

describe("a sequence", () => {
  it("reports its faults, and changes only while the batch is DRAFT or PAUSED", async () => {
    const { admin } = tenant;
    const good = { channel: "sms", template_id: fixture.sms, after_days: 0 };
    const expectRejection = async (sequence: object[], status: number, field: string): Promise<void> => {
      const request = allowAnyInput(admin).createReengagementBatch({ batch_name: "Wrong", sequence });
      await expect(request).rejects.toMatchObject({ status, details: [{ field }] });
    };
    await expectRejection([good, { ...good, template_id: "mtp_01kt134r0055ny5s9f" }], 422, "sequence[1].template_id");
    await expectRejection([good, { ...good, channel: "email" }], 422, "sequence[1].template_id");
    await expectRejection(
      [{ ...good, channel: "email", template_id: fixture.email, sender_id: fixture.texts.sender }],
      422,
      "sequence[0].sender_id",
    );
    await expectRejection([{ ...good, subscription_type: "moon" }], 422, "sequence[0].subscription_type");
    await expectRejection([{ ...good, subscription_type: "newsletter" }], 422, "sequence[0].subscription_type");
    await expectRejection([{ ...good, after_days: 91 }], 400, "sequence[0].after_days");
    await expectRejection(
      Array.from({ length: 11 }, () => good),
      400,
      "sequence",
    );
    const { data: batch } = await admin.createReengagementBatch({ batch_name: "Spring", sequence: [good] });
    expect(batch.sequence).toEqual([{ ...good, sender_id: null }]);
    await admin.activateReengagementBatch({ id: batch.id });
    const sequence = [good, good];
    await expect(admin.updateReengagementBatch({ id: batch.id, sequence })).rejects.toMatchObject({
      ...{ status: 422, details: [{ field: "sequence" }] },
    });
    await admin.updateReengagementBatch({ id: batch.id, sequence: batch.sequence, batch_name: "Late spring" });
    await admin.pauseReengagementBatch({ id: batch.id });
    const { data: next } = await admin.updateReengagementBatch({ id: batch.id, sequence });
    expect(next.sequence).toHaveLength(2);
    await expect(admin.getReengagementBatch({ id: batch.id })).resolves.not.toHaveProperty("data.walk_at");
  });

  it("is visible with the batch, and its messages with the person", async () => {
    await openFixture({ ...settings, visibility: "own" });
    const [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const person = await fixture.person();
    const id = await fixture.batch([0], { assigned_to: rep.id });
    const member = await fixture.member(id, person.id);
    await app.settle();
    expect(await fixture.listSentTexts(person.phone)).toHaveLength(1);
    for (const ask of [
      () => otherRep.client.getReengagementBatch({ id }),
      () => otherRep.client.pauseReengagementBatch({ id }),
      () => otherRep.client.updateReengagementBatch({ id, sequence: [] }),
      () => otherRep.client.getReengagementMember({ id: member }),
      () => otherRep.client.annotateReengagementStats({ id, day: "2026-11-25", notes: "Mine" }),
    ])
      await expect(ask()).rejects.toMatchObject({ status: 404 });
    expect((await otherRep.client.listMessages({ limit: 100 })).data).toEqual([]);
    expect((await rep.client.listMessages({ limit: 100 })).data).toHaveLength(1);
  });
});

describe("a note on a day", () => {
  it("is returned with the statistics until it is removed", async () => {
    const { admin } = tenant;
    const id = await fixture.batch([]);
    const day = "2026-11-25";
    const days = async () => (await admin.getReengagementStats({ id })).data.days;
    await admin.annotateReengagementStats({ id, day, notes: "Began a day late" });
    await admin.annotateReengagementStats({ id, day, notes: "Began two days late" });
    expect((await days()).map(({ notes }) => notes)).toEqual(["Began two days late"]);
    await admin.annotateReengagementStats({ id, day, notes: null });
    expect((await days()).map(({ notes }) => notes)).toEqual([null]);
    for (const invalidDay of ["2026-11-24", "2026-11-27"])
      await expect(admin.annotateReengagementStats({ id, day: invalidDay, notes: "No" })).rejects.toMatchObject({
        ...{ status: 422, details: [{ field: "day" }] },
      });
  });
});
