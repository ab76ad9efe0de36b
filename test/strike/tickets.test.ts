import { strikes } from "./harness.ts";
import { ticketMails } from "./verbs/ticket-mails.ts";
import { tickets } from "./verbs/tickets.ts";

strikes([...tickets, ...ticketMails]);
