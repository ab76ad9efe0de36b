import { computeSlaDue, type SlaDue } from "../sla/clock.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** What a ticket owes its requester at the instant at which it is merged into another (docs/service/sla.md, Clocks). */
export const slaDueFor = ({ sla }: TicketRecord, at: string): SlaDue => computeSlaDue(sla.facts, at);
