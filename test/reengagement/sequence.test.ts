import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { idAt } from "../message/texting.ts";
import { addUser, deliverTo, inProcess, publishedBy, signUp, startTestApp, type Tenant } from "../support.ts";
import { type Sequencing, sequencing, settings } from "./sequencing.ts";

let app: App;
let tenant: Tenant;
let on: Sequencing;
const NOON = Date.parse("2026-11-25T20:00:00Z");
const DAY = 24 * 60 * 60_000;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  app.setClock({ now: new Date(NOON).toISOString() });
  await opened(settings);
});
afterAll(() => app.stop());

/** Its administrator goes by a key that no moved clock ends. */
async function opened(asked: object): Promise<void> {
  const own = await signUp(app, asked as never);
  const { data } = await own.admin.createApiKey({ name: "Sequences", role: "ADMIN" } as never);
  tenant = { ...own, admin: createClient(inProcess(app, data.key)) };
  on = await sequencing(app, tenant);
}

/** What is due by then goes out, and what follows is heard. */
const pass = async (days: number): Promise<void> => {
  app.setClock({ advance: days * DAY });
  // What a walk sets is found by the sweep of the next minute.
  for (let minute = 0; minute < 3; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
};
const reply = async (phone: string, reason: string): Promise<void> => {
  const [own] = (await on.texts.messages()).filter(({ to }) => to === phone);
  await on.texts.act(idAt(own), "reply", { reason });
  await app.settle();
};

describe("the members of a batch", () => {
  it("get its messages one after the other, each once, and each is a contact", async () => {
    const { admin } = tenant;
    const person = await on.person();
    const sequence = [
      { channel: "sms", template_id: on.sms, after_days: 0 },
      { channel: "email", template_id: on.email, after_days: 3 },
    ];
    const batch = await on.batch([], { sequence });
    const member = await on.member(batch, person.id);
    expect(await on.now(member)).toMatchObject({ sequence_step: 0, next_step_at: expect.any(String) });
    await app.settle();
    const first = await on.now(member);
    expect(first).toMatchObject({ status: "CONTACTED", contact_attempts: 1, last_contact_method: "SMS", sequence_step: 1 });
    const due = new Date(Date.parse(String(first.contacted_at)) + 3 * DAY).toISOString();
    expect(first.next_step_at).toBe(due);
    expect(await on.sent(person.phone)).toEqual([expect.stringMatching(/^Ida\d+, we miss you$/)]);
    await pass(2);
    expect(await on.now(member)).toMatchObject({ sequence_step: 1, contact_attempts: 1 });
    await pass(1);
    expect(await on.now(member)).toMatchObject({ sequence_step: 2, last_contact_method: "EMAIL", next_step_at: null });
    await pass(10);
    expect(await on.now(member)).toMatchObject({ sequence_step: 2, contact_attempts: 2 });
    expect(await on.sent(person.phone)).toHaveLength(1);
    const { data: messages } = await admin.listMessages({ limit: 100 });
    expect(messages.map(({ channel, purpose }) => `${channel} ${purpose}`).sort()).toEqual(["email marketing", "sms marketing"]);
    const { data: numbers } = await admin.getReengagementBatch({ id: batch });
    expect(numbers).toMatchObject({ contacted_count: 1, progress: { size: null } });
  });

  it("who were there before it began get it from then on; whoever comes, from when they come", async () => {
    const { admin } = tenant;
    const [early, late] = [await on.person(), await on.person()];
    const sequence = [{ channel: "sms", template_id: on.sms, after_days: 2 }];
    const { data: batch } = await admin.createReengagementBatch({ batch_name: "Slow", sequence } as never);
    const member = await on.member(batch.id, early.id);
    await pass(5);
    expect(await on.now(member)).toMatchObject({ next_step_at: null, sequence_step: 0 });
    await admin.activateReengagementBatch({ id: batch.id });
    await pass(1);
    const other = await on.member(batch.id, late.id);
    await pass(1);
    expect([await on.sent(early.phone), await on.sent(late.phone)].map(({ length }) => length)).toEqual([1, 0]);
    await pass(1);
    expect(await on.sent(late.phone)).toHaveLength(1);
    expect([await on.now(member), await on.now(other)].map(({ sequence_step }) => sequence_step)).toEqual([1, 1]);
  });

  it("get each once, however often and late the clock and what is told of messages come", async () => {
    const person = await on.person();
    const member = await on.member(await on.batch([0, 1]), person.id);
    const events = publishedBy(app);
    await app.settle();
    await pass(1);
    const subscribers = { "reengagement_member.step_due": "steps", "message.sent": "told" } as const;
    const again = events.flatMap((event) => {
      const name = subscribers[event.type as keyof typeof subscribers];
      return name ? [{ name: `reengagement-${name}`, event }] : [];
    });
    expect(new Set(again.map(({ name }) => name)).size).toBe(2);
    for (const { name, event } of [...again, ...again.toReversed()]) await deliverTo(app, name, event);
    await pass(3);
    expect(await on.sent(person.phone)).toHaveLength(2);
    expect(await on.now(member)).toMatchObject({ sequence_step: 2, contact_attempts: 2 });
  });

  it("get no more once they answer, refuse, are won, cannot be won, or are taken out", async () => {
    const { admin } = tenant;
    const batch = await on.batch([0, 1]);
    const persons = await Promise.all([1, 2, 3, 4].map(() => on.person()));
    const [answers, refuses, fails, leaves] = persons as [Person, Person, Person, Person];
    const ids = [];
    for (const { id } of persons) ids.push(await on.member(batch, id));
    await app.settle();
    await reply(answers.phone, "Who is this?");
    await reply(refuses.phone, "STOP");
    await admin.failReengagementMember({ id: String(ids[2]), reason: "Moved" });
    await admin.removeReengagementMember({ id: String(ids[3]) });
    await pass(2);
    for (const { phone } of [answers, refuses, fails, leaves]) expect(await on.sent(phone)).toHaveLength(1);
    expect(await on.now(String(ids[0]))).toMatchObject({ status: "RESPONDED", next_step_at: null, sequence_step: 1 });
    expect(await on.now(String(ids[1]))).toMatchObject({ status: "OPTED_OUT", next_step_at: null });
  });

  it("wait while it is paused, and go on where they were", async () => {
    const { admin } = tenant;
    const person = await on.person();
    const batch = await on.batch([0, 1, 1]);
    const member = await on.member(batch, person.id);
    await app.settle();
    await admin.pauseReengagementBatch({ id: batch });
    await pass(20);
    expect(await on.sent(person.phone)).toHaveLength(1);
    expect(await on.now(member)).toMatchObject({ sequence_step: 1, next_step_at: null });
    await admin.activateReengagementBatch({ id: batch });
    await pass(0);
    expect(await on.sent(person.phone)).toHaveLength(2);
    await pass(1);
    expect(await on.sent(person.phone)).toHaveLength(3);
    await admin.completeReengagementBatch({ id: batch });
  });

  it("are not sent what was queued before it was paused or over, or before they answered", async () => {
    const { admin } = tenant;
    const [paused, answers, ended] = [await on.person(), await on.person(), await on.person()];
    const [first, second, third] = [await on.batch([0]), await on.batch([0, 1]), await on.batch([0])];
    const member = await on.member(first, paused.id);
    const other = await on.member(second, answers.id);
    await app.settle();
    expect(await on.sent(paused.phone)).toHaveLength(1);
    await admin.updateSmsSender({ id: on.texts.sender, status: "SUSPENDED" } as never);
    const last = await on.member(third, ended.id);
    await admin.pauseReengagementBatch({ id: first });
    const sequence = [0, 0].map((after_days) => ({ channel: "sms", template_id: on.sms, after_days }));
    await admin.updateReengagementBatch({ id: first, sequence } as never);
    await admin.activateReengagementBatch({ id: first });
    await pass(1);
    const held = (await admin.listMessages({ status: "queued", limit: 100 } as never)).data;
    expect(held.map(({ held_reason }) => held_reason)).toEqual(["sender_suspended", "sender_suspended", "sender_suspended"]);
    await admin.pauseReengagementBatch({ id: first });
    await reply(answers.phone, "Yes?");
    await admin.cancelReengagementBatch({ id: third });
    await admin.updateSmsSender({ id: on.texts.sender, status: "ACTIVE" } as never);
    await pass(1);
    for (const { phone, count } of [
      { ...paused, count: 1 },
      { ...answers, count: 1 },
      { ...ended, count: 0 },
    ])
      expect(await on.sent(phone)).toHaveLength(count);
    const recalled = (await admin.listMessages({ status: "failed", limit: 100 } as never)).data;
    expect(recalled.map(({ held_reason }) => held_reason)).toEqual(["recalled", "recalled", "recalled"]);
    expect(await on.now(member)).toMatchObject({ sequence_step: 1, status: "CONTACTED" });
    expect(await on.now(other)).toMatchObject({ sequence_step: 1, status: "RESPONDED", next_step_at: null });
    expect(await on.now(last)).toMatchObject({ sequence_step: 0, status: "ADDED" });
    await admin.activateReengagementBatch({ id: first });
    await pass(0);
    expect(await on.sent(paused.phone)).toHaveLength(2);
    expect(await on.now(member)).toMatchObject({ sequence_step: 2 });
  });

  it("that are in two get the messages of one at a time", async () => {
    const { admin } = tenant;
    const person = await on.person();
    const [first, second] = [await on.batch([0], { window_days: 5 }), await on.batch([0, 1])];
    const [one, other] = [await on.member(first, person.id), await on.member(second, person.id)];
    await app.settle();
    expect(await on.sent(person.phone)).toHaveLength(1);
    const both = [await on.now(one), await on.now(other)];
    const [waits, has] = both[0]?.status === "ADDED" ? [one, other] : [other, one];
    expect(await on.now(waits)).toMatchObject({ status: "ADDED", step_waits: "other_batch", sequence_step: 0 });
    expect(await on.now(has)).toMatchObject({ status: "CONTACTED", sequence_step: 1 });
    const ending = has === one ? first : second;
    await admin.completeReengagementBatch({ id: ending });
    await pass(1);
    expect(await on.now(waits)).toMatchObject({ status: "CONTACTED", step_waits: null, sequence_step: 1 });
    expect(await on.sent(person.phone)).toHaveLength(2);
  });

  it("whose batch lets them go are the next one's at once", async () => {
    const person = await on.person();
    const first = await on.member(await on.batch([0]), person.id);
    await app.settle();
    const second = await on.member(await on.batch([0]), person.id);
    await pass(0);
    expect(await on.now(second)).toMatchObject({ step_waits: "other_batch" });
    await tenant.admin.failReengagementMember({ id: first, reason: "Not for this one" });
    await pass(0);
    expect(await on.now(second)).toMatchObject({ status: "CONTACTED", sequence_step: 1 });
    expect(await on.sent(person.phone)).toHaveLength(2);
  });

  it("whom nothing reaches have failed; a step without an address is passed over", async () => {
    const [refuses, mailOnly, nobody] = [
      await on.person({ consent: "REFUSED" }),
      await on.person({ phone: null }),
      await on.person({ phone: null, email: null }),
    ];
    const sequence = [
      { channel: "sms", template_id: on.sms, after_days: 0 },
      { channel: "email", template_id: on.email, after_days: 1 },
    ];
    const batch = await on.batch([], { sequence });
    const ids = [];
    for (const { id } of [refuses, mailOnly, nobody]) ids.push(await on.member(batch, id));
    await app.settle();
    await pass(1);
    await pass(1);
    const [first, second, third] = await Promise.all(ids.map((id) => on.now(id)));
    expect(first).toMatchObject({ status: "FAILED", failure_reason: expect.stringContaining("1: refused; 2: refused") });
    expect(second).toMatchObject({ status: "CONTACTED", last_contact_method: "EMAIL", sequence_step: 2 });
    expect(second?.steps).toMatchObject([{ as: "passed", why: expect.stringContaining("telephone") }, { as: "sent" }]);
    expect(third).toMatchObject({ status: "FAILED", steps: [{ as: "passed" }, { as: "passed" }] });
  });

  it("wait for a template that is switched off, and get it when it is on again", async () => {
    const { admin } = tenant;
    const person = await on.person();
    const batch = await on.batch([1]);
    const member = await on.member(batch, person.id);
    await admin.updateMessageTemplate({ id: on.sms, is_active: false } as never);
    await pass(1);
    expect(await on.now(member)).toMatchObject({ step_waits: "template", status: "ADDED", steps: [] });
    await admin.updateMessageTemplate({ id: on.sms, is_active: true } as never);
    await pass(1);
    expect(await on.now(member)).toMatchObject({ step_waits: null, status: "CONTACTED" });
  });

  it("who are joined go on with what was further, and get nothing twice", async () => {
    const [one, other] = [await on.person(), await on.person()];
    const batch = await on.batch([0, 2]);
    const further = await on.member(batch, other.id);
    await app.settle();
    await tenant.admin.pauseReengagementBatch({ id: batch });
    const member = await on.member(batch, one.id);
    await tenant.admin.mergePersons({ id: one.id, merged_id: other.id } as never);
    await app.settle();
    await tenant.admin.activateReengagementBatch({ id: batch });
    await pass(0);
    expect((await on.sent(one.phone)).length + (await on.sent(other.phone)).length).toBe(1);
    await pass(2);
    expect((await on.sent(one.phone)).length + (await on.sent(other.phone)).length).toBe(2);
    await expect(on.now(further)).rejects.toMatchObject({ status: 404 });
    expect(await on.now(member)).toMatchObject({ sequence_step: 2 });
  });
});

type Person = Awaited<ReturnType<Sequencing["person"]>>;

describe("a sequence", () => {
  it("says what is wrong with it, and changes while the batch is DRAFT or PAUSED", async () => {
    const { admin } = tenant;
    const good = { channel: "sms", template_id: on.sms, after_days: 0 };
    const refused = async (sequence: object[], status: number, field: string): Promise<void> => {
      const asked = admin.createReengagementBatch({ batch_name: "Wrong", sequence } as never);
      await expect(asked).rejects.toMatchObject({ status, details: [{ field }] });
    };
    await refused([good, { ...good, template_id: "mtp_01kt134r0055ny5s9f" }], 422, "sequence[1].template_id");
    await refused([good, { ...good, channel: "email" }], 422, "sequence[1].template_id");
    await refused(
      [{ ...good, channel: "email", template_id: on.email, sender_id: on.texts.sender }],
      422,
      "sequence[0].sender_id",
    );
    await refused([{ ...good, after_days: 91 }], 400, "sequence[0].after_days");
    await refused(
      Array.from({ length: 11 }, () => good),
      400,
      "sequence",
    );
    const { data: batch } = await admin.createReengagementBatch({ batch_name: "Spring", sequence: [good] } as never);
    expect(batch.sequence).toEqual([{ ...good, sender_id: null }]);
    await admin.activateReengagementBatch({ id: batch.id });
    const sequence = [good, good];
    await expect(admin.updateReengagementBatch({ id: batch.id, sequence } as never)).rejects.toMatchObject({
      ...{ status: 422, details: [{ field: "sequence" }] },
    });
    await admin.updateReengagementBatch({ id: batch.id, sequence: batch.sequence, batch_name: "Late spring" } as never);
    await admin.pauseReengagementBatch({ id: batch.id });
    const { data: next } = await admin.updateReengagementBatch({ id: batch.id, sequence } as never);
    expect(next.sequence).toHaveLength(2);
    await expect(admin.getReengagementBatch({ id: batch.id })).resolves.not.toHaveProperty("data.walk_at");
  });

  it("is seen by whoever sees the batch, and its messages by whoever sees the person", async () => {
    await opened({ ...settings, visibility: "own" });
    const [rep, other] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const person = await on.person();
    const id = await on.batch([0], { assigned_to: rep.id });
    const member = await on.member(id, person.id);
    await app.settle();
    expect(await on.sent(person.phone)).toHaveLength(1);
    for (const ask of [
      () => other.as.getReengagementBatch({ id }),
      () => other.as.pauseReengagementBatch({ id }),
      () => other.as.updateReengagementBatch({ id, sequence: [] } as never),
      () => other.as.getReengagementMember({ id: member }),
      () => other.as.annotateReengagementStats({ id, day: "2026-11-25", notes: "Mine" } as never),
    ])
      await expect(ask()).rejects.toMatchObject({ status: 404 });
    expect((await other.as.listMessages({ limit: 100 })).data).toEqual([]);
    expect((await rep.as.listMessages({ limit: 100 })).data).toHaveLength(1);
  });
});

describe("a note for a day", () => {
  it("is told with its numbers, until it is taken away", async () => {
    const { admin } = tenant;
    const id = await on.batch([]);
    const day = "2026-11-25";
    const days = async () => (await admin.getReengagementStats({ id })).data.days;
    await admin.annotateReengagementStats({ id, day, notes: "Began a day late" } as never);
    await admin.annotateReengagementStats({ id, day, notes: "Began two days late" } as never);
    expect((await days()).map(({ notes }) => notes)).toEqual(["Began two days late"]);
    await admin.annotateReengagementStats({ id, day, notes: null } as never);
    expect((await days()).map(({ notes }) => notes)).toEqual([null]);
    for (const wrong of ["2026-11-24", "2026-11-27"])
      await expect(admin.annotateReengagementStats({ id, day: wrong, notes: "No" } as never)).rejects.toMatchObject({
        ...{ status: 422, details: [{ field: "day" }] },
      });
  });
});
