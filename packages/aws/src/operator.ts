import type { Ports } from "@crm/core/kernel/ports.ts";
import { operate as operateOn } from "@crm/functions/operate/operate.ts";
import { PARKED } from "./parked.ts";

export type { Command } from "@crm/functions/operate/operate.ts";

/** The gateway gives up a request after this time, in milliseconds, and its function has ended before. */
const GRACE = 30_000;

/** What the operator of the system asks for, by invoking a function that nothing but IAM leads to. */
export const operate = (event: unknown, ports: Ports, grace = GRACE): Promise<unknown> =>
  operateOn(event, ports, { parked: PARKED, grace });
