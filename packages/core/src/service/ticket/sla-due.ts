import { computeSlaDue, type SlaDue } from "../sla/clock.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** Returns the open targets of a ticket when it is merged into another (docs/service/sla.md, Clocks). */
export const slaDueFor = ({ sla }: TicketRecord, instant: string): SlaDue => computeSlaDue(sla.facts, instant);
