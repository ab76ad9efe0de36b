import type { Ports } from "@crm/core/kernel/ports.ts";
import { operate as operateOn } from "@crm/functions/operate/command.ts";
import { DEAD_LETTER_PREFIX } from "./dead-letters.ts";

export type { Command } from "@crm/functions/operate/command.ts";

/** The gateway gives up a request after this time, in milliseconds, and its function has ended before. */
const GRACE_MS = 30_000;

/** What the operator of the system asks for, by invoking a function that nothing but IAM leads to. */
export const operate = (event: unknown, ports: Ports, grace = GRACE_MS): Promise<unknown> =>
  operateOn(event, ports, { deadLetterPrefix: DEAD_LETTER_PREFIX, grace });
