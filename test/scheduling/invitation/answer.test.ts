import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMailLink, openPage, pageTitle, postForm, submitForm } from "../../functions/pages/support.ts";
import { listNotifications } from "../../platform/notification/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { buildReply, createInvitation, createPerson, listInvitationMails } from "./support.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2030-03-01T12:00:00Z" });
  tenant = await signUp(app, { visibility: "all" });
  rep = await addUser(app, tenant, "MANAGER");
});
afterAll(() => app.stop());

async function inviteGuest(more: object = {}) {
  const guest = await createPerson(tenant);
  const { id } = await createInvitation(rep.client, [guest], more);
  return { guest, id, link: await findMailLink(app, guest.email, "/invitation") };
}

const readParticipant = async (id: string) => (await rep.client.getActivity({ id })).data.participants[0];

describe("the link of an invitation", () => {
  it("shows the invitation, and opening it does not answer", async () => {
    const { id, link } = await inviteGuest({ invitation_text: "Bring <b>the</b> plan" });
    const { version } = (await rep.client.getActivity({ id })).data;
    for (let n = 0; n < 2; n++) {
      const page = await openPage(app, `${link}&utm_source=scanner`);
      expect([page.status, pageTitle(page)]).toEqual([200, "Review; of 漢字, and more"]);
      expect(page.body).toContain("10:00–11:30 · Berlin (GMT+1)");
      expect(page.body).toContain("Bring &lt;b&gt;the&lt;/b&gt; plan");
      expect(page.body).not.toContain("must not read");
      expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    }
    const { pathname, search } = new URL(link);
    await inProcessTransport(app)({ method: "HEAD", path: pathname, query: search.slice(1), headers: {}, body: undefined });
    await app.settle();
    expect((await rep.client.getActivity({ id })).data.version).toBe(version);
  });

  it("answers by its form once, even if it is sent repeatedly, and notifies the organizer", async () => {
    const { id, link } = await inviteGuest();
    const boxes = { shown: readShownTime(await openPage(app, link)), comment: "I may be late", response: "TENTATIVE" };
    const done = await submitForm(app, link, boxes);
    expect([done.status, pageTitle(done)]).toEqual([200, "You have accepted tentatively"]);
    const participant = await readParticipant(id);
    expect(participant).toMatchObject({ response_status: "TENTATIVE", response_comment: "I may be late" });
    const { version } = (await rep.client.getActivity({ id })).data;
    await submitForm(app, link, boxes);
    await app.settle();
    expect((await rep.client.getActivity({ id })).data.version).toBe(version);
    await submitForm(app, link, { ...boxes, response: "ACCEPTED", comment: "" });
    expect(await readParticipant(id)).toMatchObject({ response_status: "ACCEPTED", response_comment: null });
    await app.settle();
    const { rows } = await listNotifications(rep, { type: "activity_answered" });
    expect(rows.map(({ title, body }) => [title.split(":")[0], body?.includes("late")])).toEqual([
      ["Accepted", false],
      ["Tentatively accepted", true],
    ]);
  });

  it("shows a newer time, and rejects an answer to the earlier one", async () => {
    const { id, guest, link } = await inviteGuest();
    const shownTime = readShownTime(await openPage(app, link));
    await submitForm(app, link, { shown: shownTime, comment: "", response: "ACCEPTED" });
    await rep.client.updateActivity({ id, start_datetime: "2030-03-06T09:00:00Z", end_datetime: "2030-03-06T10:00:00Z" });
    // A change of the time asks for a new answer.
    expect(await readParticipant(id)).toMatchObject({ response_status: "NO_RESPONSE", responded_at: null });
    const late = await postForm(
      app,
      link,
      new URLSearchParams({ shown: shownTime, comment: "", response: "DECLINED" }).toString(),
    );
    expect([late.status, pageTitle(late)]).toEqual([409, "The event has changed since you opened it"]);
    expect(late.body).toContain("6 March 2030");
    expect(await readParticipant(id)).toMatchObject({ response_status: "NO_RESPONSE" });
    expect((await openPage(app, link)).body).toContain("The event has changed since the email");
    const newerLink = await findMailLink(app, guest.email, "/invitation");
    expect((await openPage(app, newerLink)).body).not.toContain("The event has changed since the email");
    await submitForm(app, link, { shown: readShownTime(late), comment: "", response: "DECLINED" });
    expect(await readParticipant(id)).toMatchObject({ response_status: "DECLINED" });
    await rep.client.cancelActivity({ id });
    const cancelledPage = await openPage(app, link);
    expect([cancelledPage.body.includes("This event was cancelled"), cancelledPage.body.includes("<form")]).toEqual([
      true,
      false,
    ]);
    const tooLate = await postForm(
      app,
      link,
      new URLSearchParams({ shown: readShownTime(late), response: "ACCEPTED" }).toString(),
    );
    expect([tooLate.status, pageTitle(tooLate)]).toEqual([409, "The event was cancelled"]);
  });

  it("shows the same page if it is wrong, past, of another tenant or of a removed participant", async () => {
    const { id, guest, link } = await inviteGuest();
    const { body } = await openPage(app, link.replace(/token=.*/, "token=x"));
    const stranger = await signUp(app);
    const token = new URL(link).searchParams.get("token") ?? "";
    const forged = [
      token.replace(tenant.id, stranger.id),
      token.slice(0, -1) + (token.endsWith("A") ? "B" : "A"),
      token.replace(guest.id, (await createPerson(tenant)).id),
      `${token}.x`,
      "",
    ];
    for (const forgedToken of forged) {
      const page = await openPage(app, `${new URL(link).origin}/invitation?token=${forgedToken}`);
      expect([page.status, page.body]).toEqual([404, body]);
    }
    await rep.client.removeActivityParticipant({ id, participantId: guest.id });
    expect([(await openPage(app, link)).status, (await openPage(app, link)).body]).toEqual([404, body]);
    const otherInvitation = await inviteGuest();
    app.setClock({ now: "2030-03-06T10:30:00Z" });
    expect((await openPage(app, otherInvitation.link)).status).toBe(404);
    app.setClock({ now: "2030-03-01T12:05:00Z" });
  });
});

const readShownTime = ({ body }: { body: string }): string => /name="shown" value="([^"]+)"/.exec(body)?.[1] ?? "";

describe("a reply of a calendar program", () => {
  const asCalendar = (calendar: string, token = rep.token) =>
    inProcessTransport(
      app,
      token,
    )({
      method: "POST",
      path: "/api/v1/activities/replies",
      query: "",
      headers: { "content-type": "text/calendar; charset=utf-8; method=REPLY" },
      body: calendar,
    });
  const findLastMail = async (email: string) => (await listInvitationMails(app, email)).at(-1) ?? expect.fail("No mail");
  const submitReply = async (calendar: string) => (await rep.client.replyToInvitation({ calendar })).data.outcome;

  it("answers for the attendee that it names, case-insensitively, with the comment", async () => {
    const { id, guest } = await inviteGuest();
    const mail = await findLastMail(guest.email);
    const calendar = buildReply(mail, { attendee: `MAILTO:${guest.email.toUpperCase()}`, comment: "Gern\\, 漢字" });
    const answer = await asCalendar(calendar);
    expect(JSON.parse(answer.body).data).toEqual({ activity_id: id, participant_ids: [guest.id], outcome: "RECORDED" });
    expect(await readParticipant(id)).toMatchObject({
      response_status: "ACCEPTED",
      response_comment: "Gern, 漢字",
      responded_at: "2030-03-01T12:00:00.000Z",
    });
    const { version } = (await rep.client.getActivity({ id })).data;
    expect(await submitReply(calendar)).toBe("RECORDED");
    expect((await rep.client.getActivity({ id })).data.version).toBe(version);
  });

  it("changes nothing if it is older than another reply or answers an earlier message", async () => {
    const { id, guest } = await inviteGuest();
    const first = await findLastMail(guest.email);
    expect(await submitReply(buildReply(first, { partstat: "DECLINED", stamp: "20300301T115900Z" }))).toBe("RECORDED");
    expect(await submitReply(buildReply(first, { partstat: "ACCEPTED", stamp: "20300301T115800Z" }))).toBe("OUTDATED");
    expect(await readParticipant(id)).toMatchObject({ response_status: "DECLINED" });
    await rep.client.updateActivity({ id, start_datetime: "2030-03-05T09:15:00Z" });
    // The email about the new time may not have been sent yet.
    expect(await submitReply(buildReply(first, { stamp: "20300301T120000Z" }))).toBe("OUTDATED");
    const second = await findLastMail(guest.email);
    expect(second.event.sequence).toBeGreaterThan(first.event.sequence);
    expect(await submitReply(buildReply(first, { stamp: "20300301T120001Z" }))).toBe("OUTDATED");
    expect(await readParticipant(id)).toMatchObject({ response_status: "NO_RESPONSE" });
    expect(await submitReply(buildReply(second, { partstat: "TENTATIVE", stamp: "20300301T120001Z" }))).toBe("RECORDED");
    await rep.client.cancelActivity({ id });
    expect(await submitReply(buildReply(second, { stamp: "20300301T120002Z" }))).toBe("OUTDATED");
  });

  it("is included in the next mail, and does not trigger one", async () => {
    const { id, guest } = await inviteGuest();
    await submitReply(buildReply(await findLastMail(guest.email), {}));
    expect(await listInvitationMails(app, guest.email)).toHaveLength(1);
    await rep.client.updateActivity({ id, meeting_location: "Room 3" });
    expect((await findLastMail(guest.email)).event.attendees).toEqual([[`mailto:${guest.email}`, "ACCEPTED"]]);
  });

  it("is rejected with a reason if the attendee was not invited", async () => {
    const { guest } = await inviteGuest();
    const mail = await findLastMail(guest.email);
    const stranger = await signUp(app);
    const unknown = buildReply(mail, { attendee: "mailto:other@else.example" });
    await expect(rep.client.replyToInvitation({ calendar: unknown })).rejects.toMatchObject({
      status: 422,
      details: [{ field: "calendar" }],
    });
    const [foreign, unknownRejection] = await Promise.all(
      [buildReply(mail, {}), buildReply(mail, {}).replace(/UID:act_\w+/, "UID:act_0123456789abcdefgh")].map((calendar) =>
        stranger.admin.replyToInvitation({ calendar }).catch(({ status, message, details }) => ({ status, message, details })),
      ),
    );
    expect(foreign).toMatchObject({ status: 422 });
    expect(foreign).toEqual(unknownRejection);
  });

  it("can have a long comment, which is cut at a whole character", async () => {
    const { id, guest } = await inviteGuest();
    const comment = `${"x".repeat(499)}😀 and more`;
    await submitReply(buildReply(await findLastMail(guest.email), { comment }));
    const participant = await readParticipant(id);
    expect(participant?.response_comment).toBe("x".repeat(499));
    await allowAnyInput(rep.client).updateActivity({ id, participants: [participant] });
  });

  it.each([
    ["no calendar", () => "Hello", 400],
    ["an invitation", (text: string) => text.replace("METHOD:REPLY", "METHOD:REQUEST"), 400],
    [
      "two events",
      (text: string) => text.replace("END:VCALENDAR", `${/BEGIN:VEVENT.*END:VEVENT/s.exec(text)?.[0]}\r\nEND:VCALENDAR`),
      400,
    ],
    ["no attendee", (text: string) => text.replace(/ATTENDEE.*/, "X-NONE:1"), 400],
    ["two", (text: string) => text.replace(/(ATTENDEE.*)/, "$1\r\nATTENDEE;PARTSTAT=DECLINED:mailto:x@y.example"), 400],
    ["no time", (text: string) => text.replace(/DTSTAMP.*/, "DTSTAMP:20301399T990000Z"), 400],
    ["no answer", (text: string) => text.replace("PARTSTAT=ACCEPTED", "PARTSTAT=DELEGATED"), 422],
    ["components without an end", () => "BEGIN:VCALENDAR\r\n".repeat(3000), 400],
  ])("with %s is rejected", async (_, broken, status) => {
    const { guest } = await inviteGuest();
    const calendar = broken(buildReply(await findLastMail(guest.email), {}));
    await expect(rep.client.replyToInvitation({ calendar })).rejects.toMatchObject({ status, details: [{ field: "calendar" }] });
  });
});
