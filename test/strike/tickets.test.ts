import { strikes } from "./harness.ts";
import { tickets } from "./verbs/tickets.ts";

strikes(tickets);
