import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { findMailLink } from "../../functions/pages/support.ts";
import { addUser, isRecordWrite, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { interleave } from "../../support/interleaving.ts";
import { type Client, createResolvedTicket, createSurvey, DAY_MS, HOUR_MS, signInAgain, submitAnswer } from "./support.ts";

let app: App;
let tenant: Tenant;
let admin: Client;
let agent: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { survey_asks_nps: true });
  admin = tenant.admin;
  agent = await addUser(app, tenant, "SUPPORT_AGENT");
});
afterEach(async () => {
  app.setClock({ reset: true });
  admin = await signInAgain(app, tenant);
});
afterAll(() => app.stop());

/** Advances the clock and runs what is due. */
async function advanceClock(ms: number): Promise<void> {
  app.setClock({ advance: ms });
  await app.settle();
  admin = await signInAgain(app, tenant);
}

const listMailSubjects = (email: string) => app.mail.sent(email).map(({ subject }) => subject);
const readSurvey = async (id: string) => (await admin.readSurveyOfTicket({ id })).data;
const readTicket = async (id: string) => (await admin.getTicket({ id })).data;

describe("the survey of a ticket", () => {
  it("is sent a day after the resolution, has one reminder, and expires after two weeks", async () => {
    const { id, number, email } = await createResolvedTicket(admin);
    await app.settle();
    expect(await readSurvey(id)).toMatchObject({ status: "SCHEDULED", ticket_number: number, sent_at: null });
    await advanceClock(23 * HOUR_MS);
    expect(listMailSubjects(email)).toEqual([]);
    await advanceClock(2 * HOUR_MS);
    expect(listMailSubjects(email)).toEqual([`How did we do? ${number}`]);
    await advanceClock(4 * DAY_MS);
    await advanceClock(DAY_MS);
    expect(listMailSubjects(email)).toEqual([`How did we do? ${number}`, `Reminder: how did we do? ${number}`]);
    const link = await findMailLink(app, email, "/survey/");
    expect((await requestPage(app, link)).status).toBe(200);
    await advanceClock(11 * DAY_MS);
    expect((await readSurvey(id)).status).toBe("EXPIRED");
    expect((await requestPage(app, link)).status).toBe(404);
  });

  it("is cancelled by a reopening before it is sent, and follows the newest resolution", async () => {
    const { id, email } = await createResolvedTicket(admin);
    await app.settle();
    await admin.reopenTicket({ id, reason: "Not yet" });
    await advanceClock(25 * HOUR_MS);
    expect(await readSurvey(id)).toMatchObject({ status: "CANCELLED", cancelled_because: "REOPENED" });
    const { data: again } = await admin.resolveTicket({ id });
    await advanceClock(25 * HOUR_MS);
    expect(await readSurvey(id)).toMatchObject({ status: "SENT", resolved_at: again.resolved_at });
    expect(listMailSubjects(email)).toHaveLength(1);
  });

  it("is not sent if the ticket was reopened but the event is still pending", async () => {
    const { id, email } = await createResolvedTicket(admin);
    await app.settle();
    app.setClock({ advance: 25 * HOUR_MS });
    admin = await signInAgain(app, tenant);
    await admin.reopenTicket({ id });
    await app.settle();
    expect((await readSurvey(id)).cancelled_because).toBe("REOPENED");
    expect(listMailSubjects(email)).toEqual([]);
  });

  it("is not sent again once it is answered, even for another resolution", async () => {
    const { id, email, link } = await createSurvey(app, admin);
    await submitAnswer(app, link, { rating: "5" });
    await admin.reopenTicket({ id });
    await admin.resolveTicket({ id });
    await advanceClock(25 * HOUR_MS);
    expect(listMailSubjects(email)).toHaveLength(1);
    expect((await readSurvey(id)).status).toBe("ANSWERED");
    await expect(admin.sendTicketSurvey({ id })).rejects.toMatchObject({ status: 409 });
  });

  it("is not sent to a person who refuses mails or has no address, or after the ticket is deleted", async () => {
    const refusing = await createResolvedTicket(admin);
    const { personal_key_id } = await readTicket(refusing.id);
    const unreachable = await createResolvedTicket(admin, { requester: { phone: "+12125550123", name: "Nell" } });
    const deleted = await createResolvedTicket(admin);
    await app.settle();
    const preferences = [{ channel: "email", purpose: "service", consent: "REFUSED" }];
    await admin.setPreferences({ id: personal_key_id as string, preferences });
    await admin.deleteTicket({ id: deleted.id });
    await advanceClock(25 * HOUR_MS);
    expect((await readSurvey(refusing.id)).cancelled_because).toBe("REFUSED");
    expect((await readSurvey(unreachable.id)).cancelled_because).toBe("NO_ADDRESS");
    await expect(readSurvey(deleted.id)).rejects.toMatchObject({ status: 404 });
    await admin.restoreTicket({ id: deleted.id });
    await advanceClock(HOUR_MS);
    expect((await readSurvey(deleted.id)).status).toBe("SENT");
    await expect(admin.sendTicketSurvey({ id: unreachable.id })).rejects.toMatchObject({
      status: 422,
      details: [{ field: "personal_key_id" }],
    });
  });

  it("is not sent if the tenant disables surveys, before or after it was planned", async () => {
    const before = await createResolvedTicket(admin);
    await app.settle();
    await admin.updateTenant({ settings: { survey_is_sent: false } });
    const after = await createResolvedTicket(admin);
    await advanceClock(25 * HOUR_MS);
    expect((await readSurvey(before.id)).cancelled_because).toBe("SWITCHED_OFF");
    await expect(readSurvey(after.id)).rejects.toMatchObject({ status: 404 });
    await admin.updateTenant({ settings: { survey_is_sent: true, survey_after_hours: 1 } });
    const nextTicket = await createResolvedTicket(admin);
    await app.settle();
    await advanceClock(2 * HOUR_MS);
    expect((await readSurvey(nextTicket.id)).status).toBe("SENT");
    await admin.updateTenant({ settings: { survey_after_hours: 24 } });
  });

  it("can be sent manually once for a resolved ticket, also in concurrent requests", async () => {
    const { data: open } = await admin.createTicket({ subject: "A", description: "B", requester: { email: "a@b.example" } });
    await expect(admin.sendTicketSurvey({ id: open.id })).rejects.toMatchObject({ status: 409, details: [{ field: "status" }] });
    const { id, email } = await createResolvedTicket(admin);
    const outcomes = await Promise.allSettled([admin.sendTicketSurvey({ id }), admin.sendTicketSurvey({ id })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await advanceClock(25 * HOUR_MS);
    expect(listMailSubjects(email)).toHaveLength(1);
    await expect(admin.sendTicketSurvey({ id })).rejects.toMatchObject({ status: 409 });
  });

  it("is sent in the specified language, or else in that of the letterhead", async () => {
    const { id, email } = await createResolvedTicket(admin);
    await admin.sendTicketSurvey({ id, language: "de-CH" });
    await app.settle();
    expect(listMailSubjects(email)[0]).toMatch(/^Wie waren wir\? T-/);
    expect((await requestPage(app, await findMailLink(app, email, "/survey/"))).body).toContain('lang="de-CH"');
  });
});

describe("an answer", () => {
  it("is stored on the ticket too, and can be changed until the survey expires", async () => {
    const { id, link } = await createSurvey(app, admin);
    const thanked = await submitAnswer(app, link, { rating: "4", nps: "9", comments: "ありがとう ".repeat(20) });
    expect(thanked.body).toContain("Thank you for your feedback");
    expect(await readTicket(id)).toMatchObject({
      satisfaction_rating: 4,
      satisfaction_comments: "ありがとう ".repeat(20).trim(),
    });
    const { version, answered_at } = await readSurvey(id);
    await submitAnswer(app, link, { rating: "4", nps: "9", comments: "ありがとう ".repeat(20) });
    expect(await readSurvey(id)).toMatchObject({ version, answered_at });
    await submitAnswer(app, link, { rating: "2", nps: "0", comments: "" });
    expect(await readSurvey(id)).toMatchObject({ status: "ANSWERED", rating: 2, nps: 0, comments: null });
    expect(await readTicket(id)).toMatchObject({ satisfaction_rating: 2, satisfaction_comments: null });
    await advanceClock(16 * DAY_MS);
    expect((await submitAnswer(app, link, { rating: "5" })).status).toBe(404);
    expect(await readTicket(id)).toMatchObject({ satisfaction_rating: 2 });
  });

  it("is not recorded when a program opens the link", async () => {
    const { id, link } = await createSurvey(app, admin);
    for (const method of ["GET", "HEAD"]) await requestPage(app, `${link}?rating=1`, { method });
    expect(await readSurvey(id)).toMatchObject({ status: "SENT", rating: null });
  });

  it("sent twice concurrently is one of both, and matches the ticket", async () => {
    const { id, link } = await createSurvey(app, admin);
    const before = await readSurvey(id);
    const sent = await Promise.all([
      submitAnswer(app, link, { rating: "5" }),
      submitAnswer(app, link, { rating: "1" }, "203.0.113.8"),
    ]);
    expect(sent.map(({ status }) => status)).toEqual([200, 200]);
    const { rating, version } = await readSurvey(id);
    expect([1, 5]).toContain(rating);
    // One answer replaced the other; each is a version of the survey.
    expect(version).toBe(before.version + 2);
    expect((await readTicket(id)).satisfaction_rating).toBe(rating);
  });

  it("and a concurrent change of the ticket are both stored", async () => {
    const { id, link } = await createSurvey(app, admin);
    const { version } = await readTicket(id);
    // The ticket changes just before the answer is written.
    const work = () => admin.updateTicket({ id, tags: ["pump"] });
    await interleave(app, { isTarget: isRecordWrite, work }, () => submitAnswer(app, link, { rating: "3" }));
    expect(await readTicket(id)).toMatchObject({ satisfaction_rating: 3, tags: ["pump"], version: version + 2 });
  });

  it("with invalid values shows errors at the fields, keeps the input, and changes nothing", async () => {
    const { id, link } = await createSurvey(app, admin);
    for (const rating of ["", "6"]) {
      const errorPage = await submitAnswer(app, link, { rating, comments: "<b>Fine</b>" });
      expect([errorPage.status, errorPage.body.includes("Please select a rating")]).toEqual([400, true]);
      expect(errorPage.body).toContain("&lt;b&gt;Fine&lt;/b&gt;");
    }
    const long = await submitAnswer(app, link, { rating: "3", comments: "字".repeat(2001) });
    expect([long.status, long.body.includes("Enter at most 2000 characters")]).toEqual([400, true]);
    expect((await readSurvey(id)).status).toBe("SENT");
    expect((await submitAnswer(app, link, { rating: "3", comments: "字".repeat(2000) })).status).toBe(200);
  });

  it("of 1 or 2 notifies the assignee of the ticket once", async () => {
    const { id, number, link } = await createSurvey(app, admin, { assigned_to_id: agent.id });
    const listLowRatings = async () => {
      await app.settle();
      const { data } = await agent.client.listNotifications({});
      return data
        .filter(({ type, record_id }) => type === "survey_rated_low" && record_id === id)
        .map(({ title, record_id }) => [title, record_id]);
    };
    await submitAnswer(app, link, { rating: "4" });
    expect(await listLowRatings()).toEqual([]);
    await submitAnswer(app, link, { rating: "2", comments: "Slow" });
    await submitAnswer(app, link, { rating: "1", comments: "Slow" });
    expect(await listLowRatings()).toEqual([[`Rated 1 of 5 by the requester: ${number}`, id]]);
  });

  it("is rate limited by address", async () => {
    const { link } = await createSurvey(app, admin);
    const statuses: number[] = [];
    for (let index = 0; index < 12; index++)
      statuses.push((await submitAnswer(app, link, { rating: String((index % 5) + 1) })).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([200, 429]);
  });
});

describe("a link", () => {
  it("that is wrong, foreign, expired or of a deleted record shows the same page", async () => {
    const otherTenant = await signUp(app);
    const ownSurvey = await createSurvey(app, admin);
    const foreign = await createSurvey(app, otherTenant.admin);
    const [tenantId, , signature] = new URL(ownSurvey.link).pathname.split("/")[2]?.split(".") ?? [];
    const mixed = `/survey/${tenantId}.${foreign.survey}.${signature}`;
    const deleted = await createSurvey(app, admin);
    await admin.deleteTicket({ id: deleted.id });
    const reopened = await createSurvey(app, admin);
    await admin.reopenTicket({ id: reopened.id });
    await app.settle();
    const otherSurvey = await createSurvey(app, otherTenant.admin);
    const orphanedSurvey = await createSurvey(app, admin);
    await admin.deletePerson({ id: (await readTicket(orphanedSurvey.id)).personal_key_id as string });
    const errorPage = await requestPage(app, "/survey/x");
    for (const link of [mixed, `${ownSurvey.link}x`, deleted.link, reopened.link, orphanedSurvey.link]) {
      const { status, body } = await requestPage(app, link);
      expect([link, status, body === errorPage.body]).toEqual([link, 404, true]);
      expect((await submitAnswer(app, link, { rating: "5" })).status).toBe(404);
    }
    expect((await requestPage(app, otherSurvey.link)).status).toBe(200);
    await operateLocally(app.ports, { action: "suspend", tenant: otherTenant.id, reason: "Unpaid" });
    expect(await requestPage(app, otherSurvey.link)).toMatchObject({ status: 404, body: errorPage.body });
    expect((await requestPage(app, ownSurvey.link)).body).toContain("The pump is loud");
  });
});

describe("access to surveys", () => {
  it("follows access to the ticket, in lists, by id and by ticket", async () => {
    const agentSurvey = await createSurvey(app, admin, { assigned_to_id: agent.id });
    const stranger = await addUser(app, tenant, "SALES_REP");
    await app.settle();
    expect((await agent.client.getTicketSurvey({ id: agentSurvey.survey })).data.ticket_id).toBe(agentSurvey.id);
    expect((await agent.client.listTicketSurveys({ agent: agent.id })).data.map(({ id }) => id)).toContain(agentSurvey.survey);
    await expect(stranger.client.getTicketSurvey({ id: agentSurvey.survey })).rejects.toMatchObject({ status: 404 });
    await expect(stranger.client.readSurveyOfTicket({ id: agentSurvey.id })).rejects.toMatchObject({ status: 404 });
    await expect(stranger.client.sendTicketSurvey({ id: agentSurvey.id })).rejects.toMatchObject({ status: 404 });
    expect((await stranger.client.listTicketSurveys({ agent: agent.id })).data).toEqual([]);
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.getTicketSurvey({ id: agentSurvey.survey })).rejects.toMatchObject({ status: 404 });
  });

  it("allows filters by agent, rating, status and opening time of the ticket", async () => {
    const { survey, link } = await createSurvey(app, admin, { assigned_to_id: agent.id, category_id: "billing" });
    await submitAnswer(app, link, { rating: "1" });
    await app.settle();
    const isListed = async (query: Record<string, unknown>) =>
      (await admin.listTicketSurveys({ limit: 100, ...query })).data.some(({ id }) => id === survey);
    expect([await isListed({ agent: agent.id, rating: 1, status: "ANSWERED" }), await isListed({ rating: 2 })]).toEqual([
      true,
      false,
    ]);
    expect([await isListed({ category: "billing" }), await isListed({ status: "SENT" })]).toEqual([true, false]);
    const [yesterday, tomorrow] = [-DAY_MS, DAY_MS].map((ms) => new Date(Date.now() + ms).toISOString());
    expect([await isListed({ from: yesterday, to: tomorrow }), await isListed({ from: tomorrow })]).toEqual([true, false]);
    await expect(admin.listTicketSurveys({ from: tomorrow, to: yesterday })).rejects.toMatchObject({
      details: [{ field: "to" }],
    });
  });
});
