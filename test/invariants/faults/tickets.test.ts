import { testScenarios } from "./harness.ts";
import { scenarios as ticketMails } from "./scenarios/ticket-mails.ts";
import { scenarios as tickets } from "./scenarios/tickets.ts";

testScenarios([...tickets, ...ticketMails]);
