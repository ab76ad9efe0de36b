import { randomUUID } from "node:crypto";
import { Refused } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { accepting } from "../../offer/support.ts";
import { linkTo } from "../../pages/support.ts";
import { opportunityOf, quoteOf } from "../../quote/support.ts";
import { LEASE, type Scene, verb } from "../harness.ts";

const DAY = 24 * 60 * 60;

async function approved({ crm }: Scene): Promise<{ id: string; to: string; opportunity_id: string }> {
  const opportunity_id = (await opportunityOf(crm)).id;
  const { id } = await quoteOf(crm, { opportunity_id });
  await crm.submitQuote({ id });
  return { id, to: `${randomUUID()}@strike.example`, opportunity_id };
}

/** A quote is sent once, with one mail and one entry in its timeline. */
const sending = verb<{ id: string; to: string }>({
  name: "sendQuote",
  covers: { operations: ["sendQuote"], subscribers: ["offer-mails"] },
  prepare: approved,
  ask: ({ crm }, { id, to }, options) => crm.sendQuote({ id, to }, options),
  proceed: ({ line }) => line.pass(LEASE),
  by: (name) => name === "request" || name === "offer-mails",
  async check({ line, crm }, { id, to }) {
    expect((await crm.getQuote({ id })).data.status).toBe("SENT");
    expect((await crm.readQuoteOffer({ id })).data).toMatchObject({ to, times_sent: 1 });
    expect(line.app.mail.sent(to)).toHaveLength(1);
    expect((await crm.listQuoteActivities({ id })).data).toHaveLength(1);
  },
});

/** Sends a form of a page. */
export async function posted(line: Scene["line"], link: string, form: Record<string, string>): Promise<{ data: unknown }> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(form).toString();
  const answer = await line.transport()({ method: "POST", path: new URL(link).pathname, query: "", headers, body });
  if (answer.status >= 400) throw new Refused(answer);
  return { data: answer.body };
}

/** An acceptance on the page is one, with its deal and what is kept of it, whichever write of it is struck. */
const answering = verb<{ id: string; link: string; opportunity_id: string; form: Record<string, string> }>({
  name: "answerOfferPage",
  covers: { operations: ["answerOfferPage"] },
  answersAnew: true,
  async prepare(scene) {
    const { id, to, opportunity_id } = await approved(scene);
    await scene.crm.sendQuote({ id, to });
    await scene.line.drain();
    const link = await linkTo(scene.line.app, to, "/q/");
    return { id, link, opportunity_id, form: await accepting(scene.line.app, link) };
  },
  ask: ({ line }, { link, form }) => posted(line, link, form),
  by: (name) => name === "request",
  async check({ crm }, { id, opportunity_id }) {
    expect((await crm.getQuote({ id })).data.status).toBe("ACCEPTED");
    expect((await crm.readQuoteOffer({ id })).data.answer).toMatchObject({ outcome: "ACCEPTED" });
    expect((await crm.listDeals({ opportunity_id } as never)).data).toHaveLength(1);
    const { data } = await crm.listQuoteActivities({ id });
    expect(data.filter(({ subject }) => subject?.endsWith("accepted by the customer"))).toHaveLength(1);
  },
});

/** Customers are reminded once. */
const reminding = verb<{ id: string; to: string; isDue: boolean }>({
  name: "a reminder of what was sent",
  covers: { subscribers: ["offer-reminders"], due: ["offer"] },
  async prepare(scene) {
    const { id, to } = await approved(scene);
    await scene.crm.sendQuote({ id, to });
    await scene.line.drain();
    return { id, to, isDue: false };
  },
  async proceed({ line }, subject) {
    await line.pass(subject.isDue ? LEASE : 27.5 * DAY);
    subject.isDue = true;
  },
  by: (name) => name === "offer-reminders",
  async check({ line, crm }, { id, to }) {
    expect((await crm.readQuoteOffer({ id })).data).toMatchObject({ reminder_at: null, reminded_at: expect.any(String) });
    expect(line.app.mail.sent(to)).toHaveLength(2);
  },
});

export const offers = [sending, answering, reminding];
