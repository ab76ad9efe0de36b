import { randomUUID } from "node:crypto";
import { ApiError } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { findMailLink } from "../../../functions/pages/support.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

const DAY_SECONDS = 24 * 60 * 60;

interface Subject {
  id: string;
  email: string;
}

/** A ticket that was just resolved; its requester has a unique email address. */
async function createResolvedTicket({ crm }: Fixture): Promise<Subject> {
  const email = `s${randomUUID().slice(0, 8)}@strike.example`;
  const { data } = await crm.createTicket({ subject: "The pump is loud", description: "It hums", requester: { email } });
  await crm.resolveTicket({ id: data.id });
  return { id: data.id, email };
}

/** Emails with a link to a survey page. */
const listSurveyMails = ({ system: line }: Fixture, email: string) =>
  line.app.mail.sent(email).filter(({ text }) => text.includes("/survey/"));
const readSurvey = async ({ crm }: Fixture, id: string) => (await crm.readSurveyOfTicket({ id })).data;

/** A requester is surveyed at most once and reminded once; then the survey expires. */
const surveyCourse = defineScenario<Subject & { waits: number[] }>({
  name: "the survey of a ticket",
  covers: { subscribers: ["ticket-surveys"], due: ["ticket_survey"] },
  async prepare(scene) {
    const subject = await createResolvedTicket(scene);
    await scene.system.drain();
    return { ...subject, waits: [1.1 * DAY_SECONDS, 3.5 * DAY_SECONDS, 12 * DAY_SECONDS] };
  },
  async proceed({ system: line }, { waits: delays }) {
    for (const seconds of delays.splice(0)) {
      await line.advance(seconds);
      // Interrupted work is handed out again before the next clock is due.
      await line.advance(LEASE_SECONDS);
    }
  },
  countsWrite: (name) => name === "ticket-surveys" || name === "ticket-letters",
  async check(scene, { id, email }) {
    const { status, sent_at, reminded_at } = await readSurvey(scene, id);
    expect([status, typeof sent_at, typeof reminded_at]).toEqual(["EXPIRED", "string", "string"]);
    const subjects = listSurveyMails(scene, email).map(({ subject }) => subject);
    expect(subjects).toEqual([expect.stringMatching(/^How did/), expect.stringMatching(/^Reminder/)]);
  },
});

/** Reopening a ticket cancels its planned survey. */
const surveyCancellation = defineScenario<Subject & { isOpen: boolean }>({
  name: "the survey of a ticket that is reopened",
  covers: { subscribers: ["ticket-surveys"] },
  async prepare(scene) {
    const subject = await createResolvedTicket(scene);
    await scene.system.drain();
    return { ...subject, isOpen: false };
  },
  async proceed({ system: line, crm }, subject) {
    if (!subject.isOpen) await crm.reopenTicket({ id: subject.id, reason: "Not yet" });
    subject.isOpen = true;
    await line.advance(LEASE_SECONDS);
  },
  countsWrite: (name) => name === "ticket-surveys",
  async check(scene, { id, email }) {
    expect(await readSurvey(scene, id)).toMatchObject({ status: "CANCELLED", cancelled_because: "REOPENED" });
    expect(listSurveyMails(scene, email)).toEqual([]);
  },
});

/** A survey sent by a user goes out at once, with one email. */
const surveySending = defineScenario<Subject>({
  name: "sendTicketSurvey",
  covers: { operations: ["sendTicketSurvey"], subscribers: ["ticket-letters"] },
  prepare: createResolvedTicket,
  ask: ({ crm }, { id }, options) => crm.sendTicketSurvey({ id }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "ticket-letters",
  async check(scene, { id, email }) {
    expect((await readSurvey(scene, id)).status).toBe("SENT");
    expect(listSurveyMails(scene, email)).toHaveLength(1);
  },
});

/** An answer on the page is recorded once, and the ticket shows the same. */
const surveyAnswer = defineScenario<Subject & { link: string; version: number }>({
  name: "sendSurveyPage",
  covers: { operations: ["sendSurveyPage"] },
  hasNewAnswer: true,
  async prepare(scene) {
    const subject = await createResolvedTicket(scene);
    await scene.crm.sendTicketSurvey({ id: subject.id });
    await scene.system.drain();
    const { version } = await readSurvey(scene, subject.id);
    return { ...subject, link: await findMailLink(scene.system.app, subject.email, "/survey/"), version };
  },
  async ask({ system: line }, { link }) {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const form = { method: "POST" as const, path: new URL(link).pathname, query: "", headers, body: "rating=2&comments=Slow" };
    const answer = await line.transport()(form);
    if (answer.status >= 400) throw new ApiError(answer);
    return { data: answer.body };
  },
  countsWrite: (name) => name === "request",
  async check(scene, { id, version }) {
    const survey = await readSurvey(scene, id);
    expect(survey).toMatchObject({ status: "ANSWERED", rating: 2, comments: "Slow", version: version + 1 });
    const { data: ticket } = await scene.crm.getTicket({ id });
    expect(ticket).toMatchObject({ satisfaction_rating: 2, satisfaction_comments: "Slow" });
  },
});

export const scenarios = [surveyCourse, surveyCancellation, surveySending, surveyAnswer];
