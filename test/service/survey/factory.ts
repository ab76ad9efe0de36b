import { randomUUID } from "node:crypto";
import type { App } from "@crm/local/app.ts";
import type { DomainFactory, World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    sendTicketSurvey: async (_, world) => ({ id: await createResolvedTicket(world) }),
    readSurveyOfTicket: async (app, world) => ({ id: (await sendSurvey(app, world)).ticket }),
    surveyPage: async (app, world) => ({ token: (await sendSurvey(app, world)).token }),
    sendSurveyPage: async (app, world) => ({
      ...{ token: (await sendSurvey(app, world)).token, rating: "2" },
      comments: world.seeds.mark,
    }),
  },
  targets: {
    "/support/surveys": async (app, world) => (await sendSurvey(app, world)).id,
  },
};

/** Creates a resolved ticket whose requester can be surveyed. */
async function createResolvedTicket(
  { tenant: { admin, userId }, seeds: { mark } }: World,
  email = `${randomUUID()}@mail.example`,
): Promise<string> {
  const ticketInput = { subject: mark, description: mark, requester: { email }, assigned_to_id: userId };
  const { data } = await admin.createTicket(ticketInput);
  await admin.resolveTicket({ id: data.id });
  return data.id;
}

/** Sends a survey and returns the token of its link. */
async function sendSurvey(app: App, world: World): Promise<{ id: string; ticket: string; token: string }> {
  const email = `${randomUUID()}@mail.example`;
  const ticket = await createResolvedTicket(world, email);
  const { data: survey } = await world.tenant.admin.sendTicketSurvey({ id: ticket });
  await app.settle();
  const links = app.mail.sent(email).flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return { id: survey.id, ticket, token: links.findLast((link) => link.includes(survey.id))?.split("/survey/")[1] ?? "" };
}
