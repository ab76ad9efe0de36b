import { AbTests } from "@crm/core/engagement/ab-test/ab-test.entity.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { Records } from "@crm/core/storage/write/records.ts";
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
import { partOf } from "../../support/part-of.ts";
import { buildWaiting } from "../ab-test/waiting-test.ts";
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
  const { data: key } = await tenant.admin.createApiKey({ name: "Sends", role: "ADMIN" });
  fixture = await createSendFixture(app, {}, { tenant, crm: createClient(inProcessTransport(app, key.key)) });
  [director, marketer] = [await addUser(app, tenant, "DIRECTOR"), await addUser(app, tenant, "MARKETER")];
  const levels = [{ name: "Large", recipients_from: 3, approvers: ["DIRECTOR"] }];
  const { data: rule } = await fixture.crm.createRuleVersion({ kind: "email_send_approval", definition: { levels } });
  await fixture.crm.publishRuleVersion({ kind: "email_send_approval", id: rule.id });
  readers = [await fixture.contact(), await fixture.contact(), await fixture.contact()];
  list = await fixture.list(readers);
});
afterAll(() => app.stop());

const read = async (id: unknown) => (await fixture.crm.getEmailSend({ id: String(id) })).data;
const listApprovals = async (subject: string, as: Client = fixture.crm) =>
  (await as.listApprovals({ subject })).data.map(({ status, approver_id }) => [status, approver_id]);

async function decide(subject: string, decision: "approve" | "reject", comment?: string, by = director): Promise<void> {
  const { data } = await by.client.listApprovals({ mine: true, subject, status: "pending" });
  const input = { id: String(data[0]?.id), ...(comment === undefined ? {} : { comment }) };
  await (decision === "approve" ? by.client.approveApproval(input) : by.client.rejectApproval(input));
  await app.settle();
}

/** A user with a new session, because moving the clock ended the former one. */
async function signInAgain(user = director): Promise<TestUser> {
  const { access_token } = await signIn(app, { ...fixture.tenant, email: user.email, password: PASSWORD });
  return { ...user, client: createClient(inProcessTransport(app, access_token)) };
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
  deliverToSubscriber(
    app,
    subscriber,
    partOf<DomainEvent>({
      ...{ id: `${record_id}.${type}`, type, tenant_id: fixture.tenant.id, record_id },
      ...{ actor_id: "system", request_id: "test", at: Clock.now() },
    }),
  );

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
    const { data: inbox } = await director.client.listApprovals({ mine: true, status: "pending" });
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
    // The new owner answers the mails, so the approvers are asked again.
    expect(await listApprovals(owned)).toEqual([
      ["pending", fixture.tenant.userId],
      ["cancelled", director.id],
    ]);
  });

  it("to members of a campaign is counted without inactive members", async () => {
    await setUpSmsProvider(app, fixture.tenant);
    const { crm } = fixture;
    const campaign = { name: "Spring", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS" };
    const id = (await crm.createCampaign(campaign)).data.id;
    const members: string[] = [];
    for (const reader of [...readers, await fixture.contact({ phone: "+4915112345678" })])
      members.push((await crm.addCampaignMember({ id, contact_id: reader.id })).data.id);
    await crm.updateCampaignMember({ id: String(members[0]), status: "RESPONDED" });
    await app.settle();
    const input = { id, template_id: fixture.template };
    const send = async (more: object = {}) =>
      (await read((await crm.sendCampaignEmail({ ...input, ...more })).data.send_id)).send_status;
    expect(await send({ member_status: ["RESPONDED"] })).not.toBe("PENDING_APPROVAL");
    expect(await send({ member_status: ["ADDED"] })).toBe("PENDING_APPROVAL");
    const text = (await crm.sendCampaignSms({ id, content: { body: "Fair" } })).data.send_id;
    expect((await read(text)).send_status).toBe("PENDING_APPROVAL");
    for (const member of members.slice(0, 2)) await crm.updateCampaignMember({ id: member, status: "BOUNCED" });
    await app.settle();
    app.setClock({ advance: 11_000 });
    expect(await send()).not.toBe("PENDING_APPROVAL");
  });

  it("of an A/B test makes the test a draft when it is rejected, and starts its sample when it is approved", async () => {
    const { crm } = fixture;
    const campaign = { name: "Test", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS" };
    const id = (await crm.createCampaign(campaign)).data.id;
    const test = { name: "Which", tests: "subject", tracks: true, template_id: fixture.template, contact_list_id: list };
    const variants = [{ subject: "One" }, { subject: "Two" }];
    const path = { id, ab_test_id: (await crm.createCampaignAbTest({ id, ...test, variants })).data.id };
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

describe("a send whose audience or rule changes before it starts", () => {
  const startLater = async (input: object): Promise<string> => {
    const id = await fixture.draft({ owner_id: null, ...input });
    await fixture.crm.scheduleEmailSend({ id, scheduled_send_time: addHours(1) });
    await app.settle();
    return id;
  };
  const passTime = async (): Promise<void> => {
    app.setClock({ advance: 61 * 60_000 });
    await app.settle();
  };
  const approve = async (id: string): Promise<void> => decide(id, "approve", undefined, await signInAgain());

  it("waits for approval if it reaches a level by then, and not if it grows within the approved level", async () => {
    const { crm } = fixture;
    const [grown, large] = [await fixture.list(readers.slice(0, 2)), await fixture.list(readers)];
    const [id, approved] = [await startLater({ contact_list_id: grown }), await startLater({ contact_list_id: large })];
    expect((await read(id)).send_status).toBe("SCHEDULED");
    await approve(approved);
    await crm.changeContactListMembers({ id: grown, add: [String(readers[2]?.id)] });
    await crm.changeContactListMembers({ id: large, add: [(await fixture.contact()).id] });
    await app.settle();
    await passTime();
    expect(await read(approved)).toMatchObject({ send_status: "SENT", recipients_count: 4, approval: { round: 1 } });
    expect(await read(id)).toMatchObject({ send_status: "PENDING_APPROVAL", started_at: null, recipients_count: 0 });
    expect(await listApprovals(id)).toEqual([["pending", director.id]]);
    // The first slice comes again.
    await deliver("email-sends", "email_send.continue_requested", id);
    await app.settle();
    expect(await listApprovals(id)).toEqual([["pending", director.id]]);
    await approve(id);
    expect(await read(id)).toMatchObject({ send_status: "SENT", recipients_count: 3, approval: { outcome: "APPROVED" } });
  });

  it("waits for approval again if the filter of its audience was changed, and not if it was saved unchanged", async () => {
    const { crm } = fixture;
    const filter = { last_name: "Lund" };
    const createList = async () => (await crm.createContactList({ name: "Filtered", membership: "DYNAMIC", filter })).data.id;
    const [changed, unchanged] = [await createList(), await createList()];
    await app.settle();
    const ids = [await startLater({ contact_list_id: changed }), await startLater({ contact_list_id: unchanged })];
    for (const id of ids) await approve(id);
    await crm.updateContactList({ id: changed, filter: { last_name: { in: ["Lund", "Berg"] } } });
    await crm.updateContactList({ id: unchanged, filter });
    await app.settle();
    await passTime();
    const [asked, sent] = await Promise.all(ids.map(read));
    expect(sent?.send_status).toBe("SENT");
    expect(asked).toMatchObject({ send_status: "PENDING_APPROVAL", approval: { round: 2, outcome: null } });
    expect(asked?.approval?.reasons).toContain('The filter of "Filtered" was changed after the send was scheduled');
    await approve(String(asked?.id));
    expect((await read(asked?.id)).send_status).toBe("SENT");
  });

  it("goes out with a filter that a user wrote who has left, but not with one that this user changed later", async () => {
    const { crm, tenant } = fixture;
    const leaver = await addUser(app, tenant, "MARKETER");
    await fixture.contact({ first_name: "Only" });
    const set = { membership: "DYNAMIC", filter: { first_name: "Only" } };
    const { data: written } = await leaver.client.createContactList({ name: "Written", ...set });
    const { data: changed } = await crm.createContactList({ name: "Changed", ...set });
    await app.settle();
    const ids = [await startLater({ contact_list_id: written.id }), await startLater({ contact_list_id: changed.id })];
    await leaver.client.updateContactList({ id: changed.id, filter: { first_name: { in: ["Only", "Other"] } } });
    await crm.setUserStatus({ id: leaver.id, status: "INACTIVE" });
    await app.settle();
    await passTime();
    const [sent, cancelled] = await Promise.all(ids.map(read));
    expect(sent).toMatchObject({ send_status: "SENT", recipients_count: 1 });
    expect(cancelled).toMatchObject({ send_status: "CANCELLED", recipients_count: 0 });
    expect(cancelled?.error).toMatch(/^The filter of "Changed" was changed later by a user who can no longer sign in/);
  });

  it("of an A/B test is not approved by an earlier author of a variant", async () => {
    const [author, starter] = [await signInAgain(), await signInAgain(marketer)];
    const campaign = { name: "Test", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS", owner_id: null };
    const id = (await fixture.crm.createCampaign(campaign)).data.id;
    const variants = [{ subject: "One" }, { subject: "Two" }];
    const test = {
      name: "Which",
      tests: "subject",
      tracks: true,
      template_id: fixture.template,
      contact_list_id: list,
      variants,
    };
    const path = { id, ab_test_id: (await starter.client.createCampaignAbTest({ id, ...test })).data.id };
    await author.client.updateCampaignAbTest({
      ...path,
      variants: [{ subject: "By the director" }, { subject: "Two" }],
    });
    await starter.client.updateCampaignAbTest({ ...path, name: "Which one" });
    const sample = String((await fixture.crm.startCampaignAbTest(path)).data.sample_send_id);
    await app.settle();
    expect(await listApprovals(sample)).toEqual([["pending", fixture.tenant.userId]]);
  });

  it("to the others in an A/B test waits although its sample needed no approval", async () => {
    const { crm, tenant } = fixture;
    const small = await fixture.list(readers.slice(0, 2));
    const campaign = { name: "Test", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS" };
    const id = (await crm.createCampaign(campaign)).data.id;
    const variants = [{ subject: "One" }, { subject: "Two" }];
    const test = {
      name: "Which",
      tests: "subject",
      tracks: true,
      template_id: fixture.template,
      contact_list_id: small,
      variants,
    };
    const path = { id, ab_test_id: (await crm.createCampaignAbTest({ id, ...test })).data.id };
    await crm.startCampaignAbTest(path);
    await app.settle();
    await crm.changeContactListMembers({ id: small, add: [String(readers[2]?.id)] });
    await app.settle();
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      Records.change(AbTests, path.ab_test_id, (current) => ({ ...current, ...buildWaiting(current.created_at) })),
    );
    const rest = (await crm.chooseCampaignAbTestVariant({ ...path, variant: "B" })).data.rest_send_id;
    await app.settle();
    expect(await read(rest)).toMatchObject({ send_status: "PENDING_APPROVAL", subject: "Two", recipients_count: 0 });
    await decide(String(rest), "reject", "Too many", await signInAgain());
    const error = "The mails to the others were not approved: Too many";
    expect(await read(rest)).toMatchObject({ send_status: "CANCELLED", error });
    expect((await crm.getCampaignAbTest(path)).data).toMatchObject({ status: "INCONCLUSIVE", rest_send_id: rest });
  });
});
