import { Clock } from "@crm/core/kernel/clock.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setUpSmsProvider } from "../../messaging/message/sms-provider-double.ts";
import {
  addUser,
  deliverToSubscriber,
  inProcessTransport,
  PASSWORD,
  signIn,
  signUp,
  startTestApp,
  type TestUser,
} from "../../support/app.ts";
import { createSendFixture, type Recipient, type SendFixture, settings } from "./send-fixture.ts";

/** The approval of bulk sends. */

let app: App;
let fixture: SendFixture;
let director: TestUser;
let marketer: TestUser;
let readers: Recipient[];
/** A list of three contacts, which reaches the level of the rule. */
let list: string;
const HOUR_MS = 3_600_000;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2026-11-25T12:00:00.000Z" });
  const tenant = await signUp(app, { ...settings, visibility: "own" });
  const { data: key } = await tenant.admin.createApiKey({ name: "Sends", role: "ADMIN" } as never);
  fixture = await createSendFixture(app, {}, { tenant, crm: createClient(inProcessTransport(app, key.key)) });
  [director, marketer] = [await addUser(app, tenant, "DIRECTOR"), await addUser(app, tenant, "MARKETER")];
  const levels = [{ name: "Large", recipients_from: 3, approvers: ["DIRECTOR"] }];
  const { data: rule } = await fixture.crm.createRuleVersion({ kind: "email_send_approval", definition: { levels } } as never);
  await fixture.crm.publishRuleVersion({ kind: "email_send_approval", id: rule.id } as never);
  readers = [await fixture.contact(), await fixture.contact(), await fixture.contact()];
  list = await fixture.list(readers);
});
afterAll(() => app.stop());

const read = async (id: unknown) => (await fixture.crm.getEmailSend({ id: String(id) })).data;
const listApprovals = async (subject: string, as: Client = fixture.crm) =>
  (await as.listApprovals({ subject } as never)).data.map(({ status, approver_id }) => [status, approver_id]);

async function decide(subject: string, decision: "approve" | "reject", comment?: string, by = director): Promise<void> {
  const { data } = await by.client.listApprovals({ mine: true, subject, status: "pending" } as never);
  const input = { id: String(data[0]?.id), ...(comment === undefined ? {} : { comment }) };
  await (decision === "approve" ? by.client.approveApproval(input) : by.client.rejectApproval(input));
  await app.settle();
}

/** The director with a new session, because moving the clock ended the former one. */
async function signInAgain(): Promise<TestUser> {
  const { access_token } = await signIn(app, { ...fixture.tenant, email: director.email, password: PASSWORD });
  return { ...director, client: createClient(inProcessTransport(app, access_token)) };
}

const createPending = async (input: object = {}, scheduled_send_time?: string): Promise<string> => {
  const id = await fixture.draft({ contact_list_id: list, owner_id: marketer.id, ...input });
  const { data } = await fixture.crm.scheduleEmailSend({ id, ...(scheduled_send_time ? { scheduled_send_time } : {}) });
  expect(data).toMatchObject({ send_status: "PENDING_APPROVAL", started_at: null, approval: { level: "Large", outcome: null } });
  await app.settle();
  return id;
};
const addHours = (hours: number): string => new Date(Clock.ms() + hours * HOUR_MS).toISOString();

const deliver = (subscriber: string, type: string, record_id: string): Promise<void> =>
  deliverToSubscriber(app, subscriber, {
    ...{ id: `${record_id}.${type}`, type, tenant_id: fixture.tenant.id, record_id },
    ...{ actor_id: "system", request_id: "test", at: Clock.now() },
  } as unknown as DomainEvent);

describe("a send that reaches a level of the rule", () => {
  it("goes out once after approval, and below the level at once", async () => {
    const small = await fixture.draft({ contact_list_id: await fixture.list([await fixture.contact()]) });
    expect((await fixture.crm.scheduleEmailSend({ id: small })).data).toMatchObject({ send_status: "SENDING", approval: null });

    const id = await fixture.draft({ contact_list_id: list, owner_id: marketer.id });
    const requests = await Promise.allSettled([1, 2].map(() => fixture.crm.scheduleEmailSend({ id })));
    expect(requests.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(requests.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { status: 422, details: [{ field: "send_status" }] },
    });
    await app.settle();
    expect(await read(id)).toMatchObject({ send_status: "PENDING_APPROVAL", scheduled_send_time: null });
    expect(await listApprovals(id)).toEqual([["pending", director.id]]);
    const { data: inbox } = await director.client.listApprovals({ mine: true, status: "pending" } as never);
    expect(inbox).toMatchObject([{ subject_type: "email_send", subject_id: id, level: "Large" }]);

    // A colleague who does not see the send, and another tenant.
    const [colleague, other] = [await addUser(app, fixture.tenant, "MARKETER"), await signUp(app)];
    const approval = { id: String(inbox[0]?.id) };
    for (const as of [colleague.client, other.admin]) {
      expect(await listApprovals(id, as)).toEqual([]);
      for (const ask of [
        () => as.getApproval(approval),
        () => as.approveApproval(approval),
        () => as.unscheduleEmailSend({ id }),
      ])
        await expect(ask()).rejects.toMatchObject({ status: 404 });
    }
    // The submitter, and the owner, who sees the request.
    for (const as of [fixture.crm, marketer.client])
      await expect(as.approveApproval(approval)).rejects.toMatchObject({ status: 403 });
    const rejection = { status: 422, details: [{ field: "send_status" }] };
    await expect(fixture.crm.updateEmailSend({ id, name: "Another" })).rejects.toMatchObject(rejection);

    await decide(id, "approve");
    for (let times = 0; times < 2; times++) await deliver("email-sends", "email_send.approval_over", id);
    await app.settle();
    expect(await read(id)).toMatchObject({
      ...{ send_status: "SENT", recipients_count: 3, approval: { outcome: "APPROVED", approvals: [{ status: "approved" }] } },
      scheduled_send_time: expect.any(String),
    });
    expect(fixture.listReceivedSubjects(readers).map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it("waits for its time, and is asked for again when it is changed before", async () => {
    const time = addHours(24);
    const id = await createPending({}, time);
    await decide(id, "approve");
    expect(await read(id)).toMatchObject({ send_status: "SCHEDULED", scheduled_send_time: time });
    const { data: changed } = await fixture.crm.updateEmailSend({ id, subject: "Another" });
    expect(changed).toMatchObject({ send_status: "PENDING_APPROVAL", scheduled_send_time: time, approval: { round: 2 } });
    await app.settle();
    await decide(id, "reject", "Not before Easter");
    const { send_status, scheduled_by, approval } = await read(id);
    expect([send_status, scheduled_by]).toEqual(["DRAFT", null]);
    expect(approval).toMatchObject({ outcome: "REJECTED", comment: "Not before Easter" });
  });

  it.each(["unscheduleEmailSend", "cancelEmailSend", "deleteEmailSend"] as const)("is withdrawn by %s", async (operation) => {
    const id = await createPending();
    await fixture.crm[operation]({ id });
    await app.settle();
    if (operation === "deleteEmailSend") await fixture.crm.restoreEmailSend({ id });
    const send_status = operation === "cancelEmailSend" ? "CANCELLED" : "DRAFT";
    expect(await read(id)).toMatchObject({ send_status, approval: null });
    expect(await listApprovals(id)).toEqual([["cancelled", director.id]]);
  });

  it("is not approved by its author or its new owner", async () => {
    const written = await fixture.draft({ contact_list_id: list, owner_id: marketer.id }, director.client);
    await fixture.crm.scheduleEmailSend({ id: written });
    const owned = await createPending();
    await fixture.crm.updateEmailSend({ id: owned, owner_id: director.id });
    await app.settle();
    expect(await listApprovals(written)).toEqual([["pending", fixture.tenant.userId]]);
    expect(await listApprovals(owned)).toEqual([["pending", fixture.tenant.userId]]);
  });

  it("to members of a campaign is counted without inactive members", async () => {
    await setUpSmsProvider(app, fixture.tenant);
    const { crm } = fixture;
    const campaign = { name: "Spring", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS" };
    const id = (await crm.createCampaign(campaign as never)).data.id;
    const members: string[] = [];
    for (const reader of [...readers, await fixture.contact({ phone: "+4915112345678" })])
      members.push((await crm.addCampaignMember({ id, contact_id: reader.id })).data.id);
    await crm.updateCampaignMember({ id: String(members[0]), status: "RESPONDED" } as never);
    await app.settle();
    const input = { id, template_id: fixture.template };
    const send = async (more: object = {}) =>
      (await read((await crm.sendCampaignEmail({ ...input, ...more } as never)).data.send_id)).send_status;
    expect(await send({ member_status: ["RESPONDED"] })).not.toBe("PENDING_APPROVAL");
    expect(await send({ member_status: ["ADDED"] })).toBe("PENDING_APPROVAL");
    const text = (await crm.sendCampaignSms({ id, content: { body: "Fair" } } as never)).data.send_id;
    expect((await read(text)).send_status).toBe("PENDING_APPROVAL");
    for (const member of members.slice(0, 2)) await crm.updateCampaignMember({ id: member, status: "BOUNCED" } as never);
    await app.settle();
    app.setClock({ advance: 11_000 });
    expect(await send()).not.toBe("PENDING_APPROVAL");
  });

  it("of an A/B test makes the test a draft when it is rejected, and starts its sample when it is approved", async () => {
    const { crm } = fixture;
    const campaign = { name: "Test", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS" };
    const id = (await crm.createCampaign(campaign as never)).data.id;
    const test = { name: "Which", tests: "subject", template_id: fixture.template, contact_list_id: list };
    const variants = [{ subject: "One" }, { subject: "Two" }];
    const path = { id, ab_test_id: (await crm.createCampaignAbTest({ id, ...test, variants } as never)).data.id };
    const start = async () => String((await crm.startCampaignAbTest(path)).data.sample_send_id);
    const readTest = async () => (await crm.getCampaignAbTest(path)).data;
    const rejected = await start();
    expect(await read(rejected)).toMatchObject({ send_status: "PENDING_APPROVAL" });
    await app.settle();
    await decide(rejected, "reject", "Too loud");
    expect(await read(rejected)).toMatchObject({ send_status: "CANCELLED", approval: { comment: "Too loud" } });
    expect(await readTest()).toMatchObject({ status: "DRAFT", start_date: null, error: "The sample was not approved: Too loud" });

    const sample = await start();
    expect(sample).not.toBe(rejected);
    await app.settle();
    for (let times = 0; times < 2; times++) await deliver("campaigns", "email_send.sample_rejected", rejected);
    await decide(sample, "approve");
    expect(await readTest()).toMatchObject({ status: "RUNNING", sample_send_id: sample, error: null });
    expect((await read(sample)).send_status).toBe("SENT");
  });

  it("goes out at once if it is approved after its time, and is a draft if the approval expires", async () => {
    const [late, expired] = [await createPending({}, addHours(1)), await createPending()];
    app.setClock({ advance: 90 * 60_000 });
    await app.settle();
    expect((await read(late)).send_status).toBe("PENDING_APPROVAL");
    await decide(late, "approve", undefined, await signInAgain());
    expect(await read(late)).toMatchObject({ send_status: "SENT", scheduled_send_time: expect.any(String) });
    for (let days = 0; days < 8; days++) {
      app.setClock({ advance: 24 * HOUR_MS });
      await app.settle();
    }
    expect(await read(expired)).toMatchObject({ send_status: "DRAFT", approval: { outcome: "EXPIRED" } });
  });
});
