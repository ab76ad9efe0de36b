import { Clock } from "@crm/core/kernel/clock.ts";
import { expect } from "vitest";
import { createSendFixture, type Recipient, type SendFixture, settings } from "../../../engagement/email-send/send-fixture.ts";
import { addUser } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

/** Bulk email: a send starts once, and each mailbox gets one email, whichever write fails. */

const fixtures = new WeakMap<Fixture, SendFixture>();
const sendFixtureFor = (scene: Fixture): SendFixture => fixtures.get(scene) ?? expect.fail("Not opened");

interface Subject {
  id: string;
  readers: Recipient[];
  at: string;
}

const LEAD_TIME_SECONDS = 10 * 60;

const scheduledSend = defineScenario<Subject>({
  name: "scheduleEmailSend",
  covers: { operations: ["scheduleEmailSend"], subscribers: ["email-sends"], due: ["email_send"] },
  settings,
  async open(scene) {
    const { system: line, tenant, crm } = scene;
    fixtures.set(scene, await createSendFixture(line.app, {}, { tenant, crm }));
  },
  async prepare(scene) {
    const { contact, list, draft } = sendFixtureFor(scene);
    const readers = [await contact(), await contact(), await contact()];
    const id = await draft({ contact_list_id: await list(readers) });
    return { id, readers, at: new Date(Clock.ms() + LEAD_TIME_SECONDS * 1000).toISOString() };
  },
  ask: ({ crm }, { id, at: sendTime }, options) => crm.scheduleEmailSend({ id, scheduled_send_time: sendTime }, options),
  async proceed({ system: line }) {
    await line.advance(LEAD_TIME_SECONDS + 1);
    for (let times = 0; times < 3; times++) await line.advance(3 * LEASE_SECONDS);
  },
  countsWrite: (name) => name === "request" || name === "email-sends",
  async check(scene, { id, readers }) {
    const { data } = await scene.crm.getEmailSend({ id });
    expect(data).toMatchObject({ send_status: "SENT", recipients_count: 3, passed_over_count: 0, error: null });
    expect(sendFixtureFor(scene).listReceivedSubjects(readers)).toEqual(readers.map(() => [expect.stringMatching(/^Hello /)]));
    const { data: results } = await scene.crm.getEmailSendResults({ id });
    expect(results).toMatchObject({ written: 3, delivered: 3 });
  },
});

const openWithRule = async (scene: Fixture, level: object = { every: true }): Promise<void> => {
  const { system: line, tenant, crm } = scene;
  fixtures.set(scene, await createSendFixture(line.app, {}, { tenant, crm }));
  await addUser(line.app, tenant, "DIRECTOR");
  const definition = { levels: [{ name: "All", ...level, approvers: ["DIRECTOR"] }] };
  const { data } = await crm.createRuleVersion({ kind: "email_send_approval", definition });
  await crm.publishRuleVersion({ kind: "email_send_approval", id: data.id });
  await line.advance(LEASE_SECONDS);
};

const withdrawnSend = defineScenario<{ id: string }>({
  name: "unscheduleEmailSend",
  covers: { operations: ["unscheduleEmailSend"], subscribers: ["email-sends"] },
  settings,
  open: (scene) => openWithRule(scene),
  async prepare(scene) {
    const { contact, list, draft } = sendFixtureFor(scene);
    const id = await draft({ contact_list_id: await list([await contact()]) });
    await scene.crm.scheduleEmailSend({ id });
    return { id };
  },
  ask: ({ crm }, { id }, options) => crm.unscheduleEmailSend({ id }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => ["request", "flow", "email-sends"].includes(name) || name.startsWith("approval-"),
  async check({ crm }, { id }) {
    expect((await crm.getEmailSend({ id })).data).toMatchObject({ send_status: "DRAFT", approval: null });
    const { data } = await crm.listApprovals({ subject: id });
    expect(data.map(({ status }) => status)).toEqual(["cancelled"]);
  },
});

/** The audience reaches a level after the send was scheduled: the worker asks the approvers once, and writes no message. */
const grownSend = defineScenario<{ id: string; list: string; readers: Recipient[]; at: string }>({
  name: "scheduleEmailSend to a list that grows",
  covers: { operations: ["scheduleEmailSend"], subscribers: ["email-sends"] },
  settings,
  open: (scene) => openWithRule(scene, { recipients_from: 2 }),
  async prepare(scene) {
    const { contact, list, draft } = sendFixtureFor(scene);
    const readers = [await contact(), await contact()];
    const listId = await list(readers.slice(1));
    const id = await draft({ contact_list_id: listId });
    return { id, list: listId, readers, at: new Date(Clock.ms() + LEAD_TIME_SECONDS * 1000).toISOString() };
  },
  ask: ({ crm }, { id, at: sendTime }, options) => crm.scheduleEmailSend({ id, scheduled_send_time: sendTime }, options),
  async proceed({ system: line, crm }, { list, readers }) {
    await crm.changeContactListMembers({ id: list, add: [String(readers[0]?.id)] });
    await line.advance(LEAD_TIME_SECONDS + 1);
    for (let times = 0; times < 3; times++) await line.advance(3 * LEASE_SECONDS);
  },
  countsWrite: (name) => name === "email-sends",
  async check(scene, { id, readers }) {
    const { data } = await scene.crm.getEmailSend({ id });
    expect(data).toMatchObject({ send_status: "PENDING_APPROVAL", recipients_count: 0, approval: { round: 1 } });
    expect((await scene.crm.listApprovals({ subject: id })).data.map(({ status }) => status)).toEqual(["pending"]);
    expect(sendFixtureFor(scene).listReceivedSubjects(readers)).toEqual([[], []]);
  },
});

export const scenarios = [scheduledSend, withdrawnSend, grownSend];
