import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { visit } from "../../offer/support.ts";
import { linkTo } from "../../pages/support.ts";
import { inProcess, signIn, type Tenant } from "../../support.ts";

/** What tests of surveys are made of. */

export type Client = Tenant["admin"];
export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;

let requesters = 0;

/** A ticket of somebody with an address of their own, which was resolved just now. */
export async function resolved(as: Client, more: Record<string, unknown> = {}) {
  const email = `requester${++requesters}@customer.example`;
  const asked = { subject: "The pump is loud", description: "It hums since Monday.", requester: { email, name: "Ada Quist" } };
  const { data: ticket } = await as.createTicket({ ...asked, ...more } as never);
  await as.resolveTicket({ id: ticket.id });
  return { id: ticket.id, number: ticket.ticket_number, email };
}

/** As `resolved`, with the link of its survey, which was sent. */
export async function surveyed(app: App, as: Client, more: Record<string, unknown> = {}, letter: Record<string, unknown> = {}) {
  const ticket = await resolved(as, more);
  const { data: survey } = await as.sendTicketSurvey({ id: ticket.id, ...letter } as never);
  return { ...ticket, survey: survey.id, link: await linkTo(app, ticket.email, "/survey/") };
}

/** Sends the form of a survey, as a browser does. */
export const answer = (app: App, link: string, boxes: Record<string, string>, ip = "203.0.113.7") =>
  visit(app, link, { ip }, boxes);

/** Somebody who has signed in again: tokens are over before days are. */
export async function again(app: App, tenant: Tenant): Promise<Client> {
  const { access_token } = await signIn(app, tenant);
  return createClient(inProcess(app, access_token));
}
