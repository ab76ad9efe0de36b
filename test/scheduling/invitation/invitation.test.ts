import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { People } from "@crm/core/people/person/person.entity.ts";
import { InvitationLedger } from "@crm/core/scheduling/invitation/ledger.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInAgain } from "../../platform/notification/support.ts";
import {
  addUser,
  deliverToSubscriber,
  recordPublishedEvents,
  signUp,
  startTestApp,
  storeFormerValues,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";
import { createInvitation, createPerson, listInvitationMails } from "./support.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2030-03-01T12:00:00Z" });
  events = recordPublishedEvents(app);
  tenant = await signUp(app, { visibility: "all" });
  rep = await addUser(app, tenant, "MANAGER");
});
afterAll(() => app.stop());

/** The events of every activity. */
let events: readonly DomainEvent[];

const listStatuses = async (id: string) =>
  (await rep.client.getActivity({ id })).data.participants.map(({ invitation_status }) => invitation_status);

/** The ids of the messages that `work` sends, including repeats. */
async function collectSentIds(work: () => Promise<unknown>): Promise<string[]> {
  const { mail } = app.ports;
  const send = mail.send.bind(mail);
  const ids: string[] = [];
  mail.send = async (message) => {
    ids.push(message.id);
    return send(message);
  };
  try {
    await work();
  } finally {
    mail.send = send;
  }
  return ids;
}

describe("an invitation", () => {
  it("is sent by mail as text and calendar part, and contains only what an external guest needs", async () => {
    const guest = await createPerson(tenant);
    const otherGuest = await createPerson(tenant);
    const invitation = await createInvitation(rep.client, [guest, otherGuest], { invitation_text: "Bring the plan" });
    const [mail, ...more] = await listInvitationMails(app, guest.email);
    expect(more).toEqual([]);
    expect([mail?.subject, mail?.reply_to]).toEqual(["Invitation: Review; of 漢字, and more", rep.email]);
    expect(mail?.text).toContain(
      "When: Tuesday, 5 March 2030 · 10:00–11:30 · Berlin (GMT+1)\nWhere: Room 1, left\n\nBring the plan",
    );
    const { event } = mail ?? expect.fail();
    expect(event.method).toBe("REQUEST");
    expect(["uid", "summary", "location", "dtstart", "dtend", "status"].map(event.value)).toEqual([
      `${invitation.id}@crm`,
      "Review; of 漢字, and more",
      "Room 1, left",
      "2030-03-05T09:00:00Z",
      "2030-03-05T10:30:00Z",
      "CONFIRMED",
    ]);
    expect(event.value("organizer")).toBe(`mailto:${rep.email}`);
    // The invitation does not list the other guests.
    expect(event.attendees).toEqual([[`mailto:${guest.email}`, "NEEDS-ACTION"]]);
    expect(JSON.stringify(mail)).not.toContain("must not read");
    expect(await listStatuses(invitation.id)).toEqual(["SENT", "SENT"]);
  });

  it("is sent only if the activity requires it, and not for past activities", async () => {
    const guest = await createPerson(tenant);
    const silentInvitation = await createInvitation(rep.client, [guest], { send_invitations: false });
    await createInvitation(rep.client, [guest], { start_datetime: "2030-02-01T09:00:00Z", end_datetime: "2030-02-01T10:00:00Z" });
    await rep.client.updateActivity({ id: silentInvitation.id, subject: "Otherwise" });
    expect(await listInvitationMails(app, guest.email)).toEqual([]);
    await rep.client.updateActivity({ id: silentInvitation.id, send_invitations: true });
    expect(await listInvitationMails(app, guest.email)).toHaveLength(1);
  });

  it("is sent again for relevant changes with a rising sequence, and cancelled once", async () => {
    const guest = await createPerson(tenant);
    const { id } = await createInvitation(rep.client, [guest]);
    await listInvitationMails(app, guest.email);
    await rep.client.updateActivity({ id, description: "Otherwise", outcome: "None yet" });
    expect(await listInvitationMails(app, guest.email)).toHaveLength(1);
    await rep.client.updateActivity({ id, meeting_location: "Room 2" });
    await listInvitationMails(app, guest.email);
    await rep.client.updateActivity({ id, start_datetime: "2030-03-05T09:30:00Z" });
    await listInvitationMails(app, guest.email);
    await rep.client.cancelActivity({ id });
    await listInvitationMails(app, guest.email);
    await rep.client.deleteActivity({ id });
    const mails = await listInvitationMails(app, guest.email);
    expect(mails.map(({ event, subject }) => [event.method, subject.split(":")[0]])).toEqual([
      ["REQUEST", "Invitation"],
      ["REQUEST", "Changed"],
      ["REQUEST", "Changed"],
      ["CANCEL", "Cancelled"],
    ]);
    const sequences = mails.map(({ event }) => event.sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(mails[3]?.event.value("status")).toBe("CANCELLED");
  });

  it("is sent to added participants, cancelled for removed ones, and sent to no other", async () => {
    const [first, second] = [await createPerson(tenant), await createPerson(tenant)];
    const { id } = await createInvitation(rep.client, [first]);
    await app.settle();
    await rep.client.addActivityParticipant({ id, person_id: second.id });
    await app.settle();
    await rep.client.removeActivityParticipant({ id, participantId: first.id });
    const methods = async (email: string) => (await listInvitationMails(app, email)).map(({ event }) => event.method);
    expect(await methods(first.email)).toEqual(["REQUEST", "CANCEL"]);
    expect(await methods(second.email)).toEqual(["REQUEST"]);
    await rep.client.deleteActivity({ id });
    await app.settle();
    await rep.client.restoreActivity({ id });
    expect(await methods(first.email)).toEqual(["REQUEST", "CANCEL"]);
    expect(await methods(second.email)).toEqual(["REQUEST", "CANCEL", "REQUEST"]);
  });

  it("is sent once despite duplicate, late and reordered events", async () => {
    const guest = await createPerson(tenant);
    const { id } = await createInvitation(rep.client, [guest]);
    await app.settle();
    await rep.client.updateActivity({ id, subject: "Later" });
    await app.settle();
    const inviteEvents = events.filter(({ record_id, type }) => record_id === id && type === "activity.invites");
    expect(inviteEvents).toHaveLength(2);
    const again = await collectSentIds(async () => {
      for (const event of [...inviteEvents].reverse()) await deliverToSubscriber(app, "invitations", event);
      await Promise.all(inviteEvents.map((event) => deliverToSubscriber(app, "invitations", event)));
    });
    expect(again).toEqual([]);
    const mails = await listInvitationMails(app, guest.email);
    expect(mails.map(({ event }) => event.value("summary"))).toEqual(["Review; of 漢字, and more", "Later"]);
  });

  it("is sent once by concurrent consumers, and no older one is sent after it", async () => {
    const guest = await createPerson(tenant);
    const { id } = await createInvitation(rep.client, [guest], { send_invitations: false });
    await app.settle();
    const { version } = (await rep.client.updateActivity({ id, send_invitations: true })).data;
    const event = { ...(events.at(-1) ?? expect.fail()), type: "activity.invites", record_id: id };
    const ids = await collectSentIds(() =>
      Promise.all([event, event].map((eventCopy) => deliverToSubscriber(app, "invitations", eventCopy))),
    );
    expect(ids).toEqual([`${id}.${guest.id}.${version}`]);
    const olderClaim = { participant: guest.id, method: "REQUEST", digest: "older" } as const;
    const claims = [version - 1, version, version + 1].map((sequence) => ({ ...olderClaim, sequence }));
    const context = systemContext(app.ports, tenant.id, "test");
    const claimed = runIn(context, async () => {
      const claimResults: boolean[] = [];
      for (const claim of claims) claimResults.push(await InvitationLedger.claim(id, claim, "2030-03-05T10:30:00.000Z"));
      return claimResults;
    });
    expect(await claimed).toEqual([false, false, true]);
  });

  it("is retried with its own sequence after an unknown outcome, without delaying others", async () => {
    const [first, second] = [await createPerson(tenant), await createPerson(tenant)];
    const { mail } = app.ports;
    const send = mail.send.bind(mail);
    const tried: string[] = [];
    mail.send = async (message) => {
      if (message.to !== first.email) return send(message);
      tried.push(message.id);
      throw new Error("The mail server is away");
    };
    const { id } = await createInvitation(rep.client, [first, second]);
    try {
      expect(await listInvitationMails(app, second.email)).toHaveLength(1);
    } finally {
      mail.send = send;
    }
    expect(tried.length).toBeGreaterThan(0);
    const event = events.findLast(({ type, record_id }) => type === "activity.invites" && record_id === id);
    await deliverToSubscriber(app, "invitations", event ?? expect.fail());
    const [again, ...more] = await listInvitationMails(app, first.email);
    expect(more).toEqual([]);
    expect(new Set(tried)).toEqual(new Set([again?.id]));
    expect(await listStatuses(id)).toEqual(["SENT", "SENT"]);
  });

  it("records why a person is not reached, and requires no consent but respects a refusal", async () => {
    const nowhere = await createPerson(tenant, { contact_points: [] });
    const [marketing, optedOutGuest, unsubscribed] = [
      await createPerson(tenant),
      await createPerson(tenant),
      await createPerson(tenant),
    ];
    const refusing = (id: string, purpose: string) =>
      tenant.admin.setPreferences({ id, preferences: [{ channel: "email", purpose, consent: "REFUSED" }] });
    await refusing(marketing.id, "marketing");
    await refusing(optedOutGuest.id, "any");
    // The contact has another address than the one that is suppressed.
    await tenant.admin.createSuppression({ channel: "email", address: unsubscribed.email, reason: "STOP" });
    await app.settle();
    const { data: customer } = await tenant.admin.createCustomer({ name: "Harbour" });
    const { data: contact } = await tenant.admin.createContact({
      ...{ customer_id: customer.id, personal_key_id: unsubscribed.id, last_name: "Hopper", email: "office@harbour.example" },
    });
    const guests = [nowhere, marketing, optedOutGuest, contact];
    const { id } = await createInvitation(tenant.admin, guests, { assigned_to_id: rep.id });
    expect(await listInvitationMails(app, marketing.email)).toHaveLength(1);
    for (const email of [optedOutGuest.email, "office@harbour.example"])
      expect(await listInvitationMails(app, email)).toEqual([]);
    expect(await listStatuses(id)).toEqual(["NO_ADDRESS", "SENT", "REFUSED", "REFUSED"]);
  });

  it("is limited per hour and address: the excess is sent in the next hour", async () => {
    const guest = await createPerson(tenant);
    const invitationIds: string[] = [];
    for (let n = 0; n < 31; n++) invitationIds.push((await createInvitation(rep.client, [guest], { subject: `Review ${n}` })).id);
    expect(await listInvitationMails(app, guest.email)).toHaveLength(30);
    const statuses = (await Promise.all(invitationIds.map(listStatuses))).flat();
    expect(statuses.filter((status) => status === "HELD_BACK")).toHaveLength(1);
    app.setClock({ advance: 61 * 60_000 });
    rep = await signInAgain(app, tenant, rep);
    tenant = { ...tenant, admin: rep.client };
    expect(await listInvitationMails(app, guest.email)).toHaveLength(31);
    expect(new Set((await Promise.all(invitationIds.map(listStatuses))).flat())).toEqual(new Set(["SENT"]));
  });

  it("requires a date, and is rejected for recurring activities", async () => {
    const guest = await createPerson(tenant);
    await expect(createInvitation(rep.client, [guest], { start_datetime: null, end_datetime: null })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "start_datetime" }],
    });
    await expect(createInvitation(rep.client, [guest], { recurrence: { frequency: "DAILY" } })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "send_invitations" }],
    });
  });

  it("cannot have injected headers or calendar lines", async () => {
    const guest = await createPerson(tenant, { first_name: 'Bob"', last_name: "Tables" });
    // Only an earlier release stored line ends in names.
    const first_name = 'Bob"\r\nATTENDEE:mailto:x@y.example';
    await storeFormerValues(app, tenant, People, guest.id, { first_name, display_name: `${first_name} Tables` });
    await createInvitation(rep.client, [guest], {
      subject: "Hi Bcc: x@y.example",
      meeting_location: "Here; ATTENDEE:mailto:evil@y.example",
    });
    const [mail] = await listInvitationMails(app, guest.email);
    expect(mail?.subject).toBe("Invitation: Hi Bcc: x y example");
    expect(mail?.event.attendees).toHaveLength(1);
    expect(mail?.calendar?.text.split("\r\n").filter((line) => line.startsWith("ATTENDEE:"))).toEqual([]);
  });
});
