import { Macros } from "@crm/core/ticket/macro.entity.ts";
import { Macro } from "@crm/core/ticket/macro.ts";
import { MacroUse } from "@crm/core/ticket/macro-use.ts";
import { ticketGrants } from "@crm/core/ticket/ticket.domain.ts";
import { Tickets } from "@crm/core/ticket/ticket.entity.ts";
import { Ticket } from "@crm/core/ticket/ticket.ts";
import { operation, recordOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const { read, work } = ticketGrants;
const shown = { tag: "Tickets", links: linksOf(Macros) };
const record = { ...shown, output: recordOf("TicketMacro", Macro.Info), kind: "record" } as const;
const one = "/support/macros/{id}";

/** Macros, and what they make of tickets. */
export const ticketMacros = [
  ...listing({
    name: "listTicketMacros",
    path: "/support/macros",
    access: read,
    summary: "List macros",
    verb: Macro.list,
    output: recordOf("TicketMacroRow", Macro.Row),
    ...shown,
  }),
  operation({
    name: "createTicketMacro",
    method: "POST",
    path: "/support/macros",
    access: work,
    summary: "Create a macro",
    verb: Macro.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getTicketMacro",
    method: "GET",
    path: one,
    access: read,
    summary: "Read a macro",
    verb: Macro.get,
    ...record,
  }),
  operation({
    name: "updateTicketMacro",
    method: "PATCH",
    path: one,
    access: work,
    summary: "Change one's own macro",
    verb: Macro.update,
    ...record,
  }),
  operation({
    name: "deleteTicketMacro",
    method: "DELETE",
    path: one,
    access: work,
    summary: "Delete one's own macro",
    verb: Macro.remove,
    ...record,
  }),
  operation({
    name: "restoreTicketMacro",
    method: "POST",
    path: `${one}/restore`,
    access: work,
    summary: "Bring back a deleted macro",
    verb: Macro.restore,
    ...record,
  }),
  operation({
    name: "applyTicketMacro",
    method: "POST",
    path: "/support/tickets/{id}/macro",
    tag: "Tickets",
    access: work,
    summary: "Use a macro on a ticket",
    description: "All that it does, or nothing.",
    verb: MacroUse.apply,
    output: recordOf("Ticket", Ticket.Info),
    kind: "record",
    links: linksOf(Tickets),
  }),
  operation({
    name: "previewTicketMacro",
    method: "GET",
    path: "/support/tickets/{id}/macro-preview",
    tag: "Tickets",
    access: work,
    summary: "What a macro would make of a ticket",
    verb: MacroUse.preview,
    output: MacroUse.Preview,
  }),
] as const;
