import { testScenarios } from "./harness.ts";
import { ticketMails } from "./scenarios/ticket-mails.ts";
import { tickets } from "./scenarios/tickets.ts";

testScenarios([...tickets, ...ticketMails]);
