import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { requestPage } from "../../agreements/share-link/support.ts";
import { findMailLink } from "../../functions/pages/support.ts";
import { inProcessTransport, signIn, type Tenant } from "../../support/app.ts";

/** Helpers for tests of surveys. */

export type Client = Tenant["admin"];
export const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;

let requesterCount = 0;

/** A ticket that was just resolved; its requester has a unique email address. */
export async function createResolvedTicket(as: Client, more: Record<string, unknown> = {}) {
  const email = `requester${++requesterCount}@customer.example`;
  const asked = { subject: "The pump is loud", description: "It hums since Monday.", requester: { email, name: "Ada Quist" } };
  const { data: ticket } = await as.createTicket({ ...asked, ...more });
  await as.resolveTicket({ id: ticket.id });
  return { id: ticket.id, number: ticket.ticket_number, email };
}

/** Creates a resolved ticket, sends its survey and returns the link. */
export async function createSurvey(
  app: App,
  as: Client,
  more: Record<string, unknown> = {},
  letter: Record<string, unknown> = {},
) {
  const ticket = await createResolvedTicket(as, more);
  const { data: survey } = await as.sendTicketSurvey({ id: ticket.id, ...letter });
  return { ...ticket, survey: survey.id, link: await findMailLink(app, ticket.email, "/survey/") };
}

/** Submits the form of a survey as a browser does. */
export const submitAnswer = (app: App, link: string, boxes: Record<string, string>, ip = "203.0.113.7") =>
  requestPage(app, link, { ip }, boxes);

/** Signs the administrator in again, because tokens expire before the clock has moved by days. */
export async function signInAgain(app: App, tenant: Tenant): Promise<Client> {
  const { access_token } = await signIn(app, tenant);
  return createClient(inProcessTransport(app, access_token));
}
