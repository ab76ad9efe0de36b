import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { ingestMail } from "@crm/functions/inbound/index.ts";
import type { App } from "@crm/local/app.ts";
import { type DomainFactory, makeTarget, type World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  privatePaths: ["/support/macros"],
  inputs: {
    listInboundMails: async () => ({ kind: "message" }),
    queryInboundMails: async () => ({ kind: "message" }),
    mergeTickets: (app, world) => createTwoTickets(app, world),
    unmergeTickets: async (app, world) => {
      const two = await createTwoTickets(app, world);
      await world.tenant.admin.mergeTickets(two);
      return two;
    },
    relateTickets: (app, world) => createTwoTickets(app, world),
    unrelateTickets: async (app, world) => {
      const two = await createTwoTickets(app, world);
      await world.tenant.admin.relateTickets(two);
      return two;
    },
    splitTicket: async (app, world) => {
      const { id, comment_id } = await createTicketComment(app, world);
      return { id, subject: `${world.seeds.mark} apart`, comment_ids: [comment_id] };
    },
    unsplitTicket: async (app, world) => {
      const { id, comment_id } = await createTicketComment(app, world);
      const { data } = await world.tenant.admin.splitTicket({
        ...{ id, subject: `${world.seeds.mark} apart`, comment_ids: [comment_id] },
      });
      return { id, ticket_id: data.id };
    },
    snoozeTicket: async (app, world) => ({ id: await makeTarget(app, world, "/support/tickets"), until: inTwoDays() }),
    getTicketComment: (app, world) => createTicketComment(app, world),
    applyTicketMacro: (app, world) => macroTargetInput(app, world),
    previewTicketMacro: (app, world) => macroTargetInput(app, world),
    createTicketMacro: async (_, world) => macroInput(world),
    updateTicketMacro: async (app, world, who) => ({
      ...macroInput(world),
      id: await makeTarget(app, world, "/support/macros", who),
    }),
  },
  targets: {
    "/support/inbound-mails": async (app, world) => makeMail(app, world),
  },
};

async function createTwoTickets(app: App, world: World): Promise<{ id: string; ticket_id: string }> {
  return { id: await makeTarget(app, world, "/support/tickets"), ticket_id: await makeTarget(app, world, "/support/tickets") };
}

const inTwoDays = (): string => new Date(Clock.ms() + 2 * 86_400_000).toISOString();

/** Creates a ticket with a comment. */
async function createTicketComment(app: App, world: World): Promise<{ id: string; comment_id: string }> {
  const id = await makeTarget(app, world, "/support/tickets");
  const { data } = await world.tenant.admin.addTicketComment({ id, body: `${world.seeds.mark} said` });
  return { id, comment_id: data.id };
}

const macroInput = ({ seeds: { mark } }: World) => ({
  ...{ name: `${mark} macro`, description: mark, sharing: "PRIVATE" as const },
  ...{ priority_id: "high", add_tags: [`${mark} macro`], comment: `${mark} says` },
});

async function macroTargetInput(app: App, world: World): Promise<{ id: string; macro_id: string }> {
  const { data } = await world.tenant.admin.createTicketMacro({ ...macroInput(world), sharing: "EVERYONE" });
  return { id: await makeTarget(app, world, "/support/tickets"), macro_id: data.id };
}

/** Receives an email from a guest. */
async function makeMail(app: App, { tenant, seeds: { mark } }: World): Promise<string> {
  const raw = Buffer.from(
    `From: ${mark} <guest@customer.example>\r\nMessage-ID: <${randomUUID()}@x>\r\nSubject: ${mark}\r\n\r\n${mark}`,
  );
  const [mailRecord] = await ingestMail(
    { raw, recipients: [`support@${tenant.slug}.in.example`], domain: "in.example" },
    app.ports,
  );
  return mailRecord && "id" in mailRecord ? mailRecord.id : "";
}
