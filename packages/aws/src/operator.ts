import type { Ports } from "@crm/core/kernel/ports.ts";
import { operate as operateOn } from "@crm/functions/operate/operate.ts";

export type { Command } from "@crm/functions/operate/operate.ts";

/** The gateway gives up a request after this time, in milliseconds, and its function has ended before. */
const GRACE = 30_000;

/** Where Lambda puts what the stream's consumer has failed on, in the bucket of dead letters. */
export const PARKED = "aws/lambda/";

/** What the operator of the system asks for, by invoking a function that nothing but IAM leads to. */
export const operate = (event: unknown, ports: Ports, grace = GRACE): Promise<unknown> =>
  operateOn(event, ports, { parked: PARKED, grace });
