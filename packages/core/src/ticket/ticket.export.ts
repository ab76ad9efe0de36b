import { declared } from "../jobs/export/exportable.ts";
import { ticketGrants } from "./ticket.domain.ts";
import { Ticket } from "./ticket.ts";

export const tickets = declared(Ticket.listed, { entity: "tickets", read: ticketGrants.read });
