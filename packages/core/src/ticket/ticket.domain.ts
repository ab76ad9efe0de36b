import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

export const TICKET = kind("ticket", "tic", {
  path: "/support/tickets",
  load: () => import("./ticket.entity.ts"),
  shown: { icon: "life-buoy", board: "status", title: "{ticket_number}" },
});

/** What was said about a ticket, to the requester or among staff. */
export const TICKET_COMMENT = kind("ticket_comment", "tco", { load: () => import("./comment.entity.ts"), alone: true });

/** Who works on tickets; SALES_REP and USER open them for their customers. */
const agents = [...leaders, "SUPPORT_AGENT"] as const;

export const ticketGrants = grants(
  "ticket",
  {
    read: everyone,
    write: [...agents, "SALES_REP", "USER"],
    /** Assigning, resolving, closing, reopening, escalating. */
    work: [...agents, "SALES_REP", "USER"],
    delete: leaders,
    assign: agents,
  },
  { asked: ["assign"] },
);

export const ticket = domain({
  name: "ticket",
  kinds: [TICKET, TICKET_COMMENT],
  grants: [ticketGrants],
  rules: {
    ticket_routing: async () => (await import("./routing.kind.ts")).TicketRouting,
    ticket_answer: async () => (await import("./mail/answer.kind.ts")).TicketAnswer,
  },
  listens: {
    "ticket-mail": {
      events: ["inbound_mail.created"],
      uses: ["domains", "secrets", "objects:mails:get", "objects:attachments:put"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"] },
        { actions: ["Query"], on: ["table", "by_time"] },
        { actions: ["UpdateItem"], within: "throttle" },
      ],
      load: async () => (await import("./mail/incoming.ts")).takeIn,
    },
    "ticket-answers": {
      events: ["ticket_comment.created"],
      uses: ["domains", "mail", "secrets", "inbound_domain"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem"] },
        { actions: ["Query"], on: ["by_time", "by_related"] },
        { actions: ["UpdateItem"], within: "throttle" },
      ],
      load: async () => (await import("./mail/outgoing.ts")).sendOut,
    },
    "ticket-first-answers": {
      events: ["ticket.created"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }, { actions: ["Query"], on: ["table"] }],
      load: async () => (await import("./mail/first-answer.ts")).answer,
    },
  },
  notifications: {
    ticket_mail_bounced: {
      events: ["ticket_comment.bounced"],
      load: async () => (await import("./mail/notifications.ts")).bounced,
    },
  },
  bulk: {
    ticket: {
      write: ticketGrants.write,
      remove: ticketGrants.delete,
      load: async () => (await import("./ticket.ts")).Ticket,
    },
  },
  takes: { custom_fields: [TICKET], activities: [TICKET], notes: [TICKET], attachments: [TICKET] },
});
