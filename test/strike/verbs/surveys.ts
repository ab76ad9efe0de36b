import { randomUUID } from "node:crypto";
import { Refused } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { linkTo } from "../../pages/support.ts";
import { LEASE, type Scene, verb } from "../harness.ts";

const DAY = 24 * 60 * 60;

interface Subject {
  id: string;
  email: string;
}

/** A ticket of somebody with an address of their own, which was resolved just now. */
async function resolved({ crm }: Scene): Promise<Subject> {
  const email = `s${randomUUID().slice(0, 8)}@strike.example`;
  const { data } = await crm.createTicket({ subject: "The pump is loud", description: "It hums", requester: { email } });
  await crm.resolveTicket({ id: data.id });
  return { id: data.id, email };
}

/** Mails that have a link to the page of a survey. */
const asked = ({ line }: Scene, email: string) => line.app.mail.sent(email).filter(({ text }) => text.includes("/survey/"));
const surveyOf = async ({ crm }: Scene, id: string) => (await crm.readSurveyOfTicket({ id })).data;

/** Who is asked at all is asked once, and reminded once; then it is over. */
const course = verb<Subject & { waits: number[] }>({
  name: "the survey of a ticket",
  covers: { subscribers: ["ticket-surveys"], due: ["ticket_survey"] },
  async prepare(scene) {
    const subject = await resolved(scene);
    await scene.line.drain();
    return { ...subject, waits: [1.1 * DAY, 3.5 * DAY, 12 * DAY] };
  },
  async proceed({ line }, { waits }) {
    for (const seconds of waits.splice(0)) {
      await line.pass(seconds);
      // What a strike has stopped is handed out again before the next is due.
      await line.pass(LEASE);
    }
  },
  by: (name) => name === "ticket-surveys" || name === "ticket-letters",
  async check(scene, { id, email }) {
    const { status, sent_at, reminded_at } = await surveyOf(scene, id);
    expect([status, typeof sent_at, typeof reminded_at]).toEqual(["EXPIRED", "string", "string"]);
    const subjects = asked(scene, email).map(({ subject }) => subject);
    expect(subjects).toEqual([expect.stringMatching(/^How did/), expect.stringMatching(/^A reminder/)]);
  },
});

/** A reopening takes back what was planned: nobody is asked about what goes on. */
const cancelling = verb<Subject & { isOpen: boolean }>({
  name: "the survey of a ticket that is reopened",
  covers: { subscribers: ["ticket-surveys"] },
  async prepare(scene) {
    const subject = await resolved(scene);
    await scene.line.drain();
    return { ...subject, isOpen: false };
  },
  async proceed({ line, crm }, subject) {
    if (!subject.isOpen) await crm.reopenTicket({ id: subject.id, reason: "Not yet" });
    subject.isOpen = true;
    await line.pass(LEASE);
  },
  by: (name) => name === "ticket-surveys",
  async check(scene, { id, email }) {
    expect(await surveyOf(scene, id)).toMatchObject({ status: "CANCELLED", cancelled_because: "REOPENED" });
    expect(asked(scene, email)).toEqual([]);
  },
});

/** By hand it is sent at once, with one mail. */
const sending = verb<Subject>({
  name: "sendTicketSurvey",
  covers: { operations: ["sendTicketSurvey"], subscribers: ["ticket-letters"] },
  prepare: resolved,
  ask: ({ crm }, { id }, options) => crm.sendTicketSurvey({ id }, options),
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request" || name === "ticket-letters",
  async check(scene, { id, email }) {
    expect((await surveyOf(scene, id)).status).toBe("SENT");
    expect(asked(scene, email)).toHaveLength(1);
  },
});

/** An answer on the page is one, and the ticket says the same. */
const answering = verb<Subject & { link: string; version: number }>({
  name: "sendSurveyPage",
  covers: { operations: ["sendSurveyPage"] },
  answersAnew: true,
  async prepare(scene) {
    const subject = await resolved(scene);
    await scene.crm.sendTicketSurvey({ id: subject.id });
    await scene.line.drain();
    const { version } = await surveyOf(scene, subject.id);
    return { ...subject, link: await linkTo(scene.line.app, subject.email, "/survey/"), version };
  },
  async ask({ line }, { link }) {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const form = { method: "POST" as const, path: new URL(link).pathname, query: "", headers, body: "rating=2&comments=Slow" };
    const answer = await line.transport()(form);
    if (answer.status >= 400) throw new Refused(answer);
    return { data: answer.body };
  },
  by: (name) => name === "request",
  async check(scene, { id, version }) {
    const survey = await surveyOf(scene, id);
    expect(survey).toMatchObject({ status: "ANSWERED", rating: 2, comments: "Slow", version: version + 1 });
    const { data: ticket } = await scene.crm.getTicket({ id });
    expect(ticket).toMatchObject({ satisfaction_rating: 2, satisfaction_comments: "Slow" });
  },
});

export const surveys = [course, cancelling, sending, answering];
