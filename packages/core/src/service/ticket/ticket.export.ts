import { declareExport } from "../../platform/export/exportable.ts";
import { ticketGrants } from "./ticket.kind.ts";
import { Ticket } from "./ticket.ts";

export const tickets = declareExport(Ticket.listDefinition, { entity: "tickets", read: ticketGrants.read });
