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

/** Several changes and a comment, which agents make of tickets at once. */
export const TICKET_MACRO = kind("ticket_macro", "tma", {
  path: "/support/macros",
  alone: true,
  load: () => import("./macro.entity.ts"),
  shown: { icon: "wand" },
});

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
  kinds: [TICKET, TICKET_COMMENT, TICKET_MACRO],
  grants: [ticketGrants],
  rules: { ticket_routing: async () => (await import("./routing.kind.ts")).TicketRouting },
  bulk: {
    ticket: {
      write: ticketGrants.write,
      remove: ticketGrants.delete,
      load: async () => (await import("./ticket.ts")).Ticket,
    },
  },
  takes: { custom_fields: [TICKET], activities: [TICKET], notes: [TICKET], attachments: [TICKET] },
});
