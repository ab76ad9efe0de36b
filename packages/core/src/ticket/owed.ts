import { type Owed, owedAt } from "../sla/clock.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** What a ticket owes its requester at the instant at which it is merged into another (docs/sla.md, Clocks). */
export const owedBy = ({ sla }: TicketRecord, at: string): Owed => owedAt(sla.facts, at);
