import { randomUUID } from "node:crypto";
import { ApiError } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { createOpportunity, createQuote } from "../../../agreements/quote/support.ts";
import { buildAcceptForm } from "../../../agreements/share-link/support.ts";
import { findMailLink } from "../../../functions/pages/support.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

const DAY_SECONDS = 24 * 60 * 60;

async function createApprovedQuote({ crm }: Fixture): Promise<{ id: string; to: string; opportunity_id: string }> {
  const opportunity_id = (await createOpportunity(crm)).id;
  const { id } = await createQuote(crm, { opportunity_id });
  await crm.submitQuote({ id });
  return { id, to: `${randomUUID()}@strike.example`, opportunity_id };
}

/** A quote is sent once, with one email and one entry in its timeline. */
const quoteSending = defineScenario<{ id: string; to: string }>({
  name: "sendQuote",
  covers: { operations: ["sendQuote"], subscribers: ["offer-mails"] },
  prepare: createApprovedQuote,
  ask: ({ crm }, { id, to }, options) => crm.sendQuote({ id, to }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => name === "request" || name === "offer-mails",
  async check({ system: line, crm }, { id, to }) {
    expect((await crm.getQuote({ id })).data.status).toBe("SENT");
    expect((await crm.readQuoteOffer({ id })).data).toMatchObject({ to, times_sent: 1 });
    expect(line.app.mail.sent(to)).toHaveLength(1);
    expect((await crm.listQuoteActivities({ id })).data).toHaveLength(1);
  },
});

/** Submits the form of a page. */
export async function postForm(line: Fixture["system"], link: string, form: Record<string, string>): Promise<{ data: unknown }> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(form).toString();
  const answer = await line.transport()({ method: "POST", path: new URL(link).pathname, query: "", headers, body });
  if (answer.status >= 400) throw new ApiError(answer);
  return { data: answer.body };
}

/** An acceptance on the page is recorded once, with one deal and one evidence record, whichever write fails. */
const pageAnswer = defineScenario<{ id: string; link: string; opportunity_id: string; form: Record<string, string> }>({
  name: "answerOfferPage",
  covers: { operations: ["answerOfferPage"] },
  hasNewAnswer: true,
  async prepare(scene) {
    const { id, to, opportunity_id } = await createApprovedQuote(scene);
    await scene.crm.sendQuote({ id, to });
    await scene.system.drain();
    const link = await findMailLink(scene.system.app, to, "/q/");
    return { id, link, opportunity_id, form: await buildAcceptForm(scene.system.app, link) };
  },
  ask: ({ system: line }, { link, form }) => postForm(line, link, form),
  countsWrite: (name) => name === "request",
  async check({ crm }, { id, opportunity_id }) {
    expect((await crm.getQuote({ id })).data.status).toBe("ACCEPTED");
    expect((await crm.readQuoteOffer({ id })).data.answer).toMatchObject({ outcome: "ACCEPTED" });
    expect((await crm.listDeals({ opportunity_id })).data).toHaveLength(1);
    const { data } = await crm.listQuoteActivities({ id });
    expect(data.filter(({ subject }) => subject?.endsWith("accepted by the customer"))).toHaveLength(1);
  },
});

/** A customer gets one reminder. */
const offerReminder = defineScenario<{ id: string; to: string; isDue: boolean }>({
  name: "a reminder of what was sent",
  covers: { subscribers: ["offer-reminders"], due: ["offer"] },
  async prepare(scene) {
    const { id, to } = await createApprovedQuote(scene);
    await scene.crm.sendQuote({ id, to });
    await scene.system.drain();
    return { id, to, isDue: false };
  },
  async proceed({ system: line }, subject) {
    await line.advance(subject.isDue ? LEASE_SECONDS : 27.5 * DAY_SECONDS);
    subject.isDue = true;
  },
  countsWrite: (name) => name === "offer-reminders",
  async check({ system: line, crm }, { id, to }) {
    expect((await crm.readQuoteOffer({ id })).data).toMatchObject({ reminder_at: null, reminded_at: expect.any(String) });
    expect(line.app.mail.sent(to)).toHaveLength(2);
  },
});

export const scenarios = [quoteSending, pageAnswer, offerReminder];
