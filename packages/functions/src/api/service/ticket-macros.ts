import { MacroExecution } from "@crm/core/service/macro/execution.ts";
import { Macros } from "@crm/core/service/macro/macro.entity.ts";
import { Macro } from "@crm/core/service/macro/macro.ts";
import { Tickets } from "@crm/core/service/ticket/ticket.entity.ts";
import { ticketGrants } from "@crm/core/service/ticket/ticket.kind.ts";
import { Ticket } from "@crm/core/service/ticket/ticket.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { read, work } = ticketGrants;
const commonOptions = { tag: "Tickets", links: linksFor(Macros) };
const record = { ...commonOptions, output: recordSchema("TicketMacro", Macro.Info), kind: "record" } as const;
const recordPath = "/support/macros/{id}";

/** Operations on macros, and their use on tickets. */
export const ticketMacros = [
  ...buildListOperations({
    name: "listTicketMacros",
    path: "/support/macros",
    access: read,
    summary: "List macros",
    verb: Macro.list,
    output: recordSchema("TicketMacroRow", Macro.Row),
    ...commonOptions,
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
    path: recordPath,
    access: read,
    summary: "Read a macro",
    verb: Macro.get,
    ...record,
  }),
  operation({
    name: "updateTicketMacro",
    method: "PATCH",
    path: recordPath,
    access: work,
    summary: "Change a macro of the caller",
    verb: Macro.update,
    ...record,
  }),
  operation({
    name: "deleteTicketMacro",
    method: "DELETE",
    path: recordPath,
    access: work,
    summary: "Delete a macro of the caller",
    verb: Macro.remove,
    ...record,
  }),
  operation({
    name: "restoreTicketMacro",
    method: "POST",
    path: `${recordPath}/restore`,
    access: work,
    summary: "Restore a deleted macro",
    verb: Macro.restore,
    ...record,
  }),
  operation({
    name: "applyTicketMacro",
    method: "POST",
    path: "/support/tickets/{id}/macro",
    tag: "Tickets",
    access: work,
    summary: "Apply a macro to a ticket",
    dialog: { title: "Apply macro" },
    description: "Applies all of its changes, or none.",
    verb: MacroExecution.apply,
    output: recordSchema("Ticket", Ticket.Info),
    kind: "record",
    links: linksFor(Tickets),
  }),
  operation({
    name: "previewTicketMacro",
    method: "GET",
    path: "/support/tickets/{id}/macro-preview",
    tag: "Tickets",
    access: work,
    summary: "Preview the changes of a macro to a ticket",
    verb: MacroExecution.preview,
    output: MacroExecution.Preview,
  }),
] as const;
