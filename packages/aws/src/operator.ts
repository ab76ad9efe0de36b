import type { Ports } from "@crm/core/kernel/ports.ts";
import { operate as operateOn } from "@crm/functions/operate/command.ts";
import { DEAD_LETTER_PREFIX } from "./dead-letters.ts";

export type { Command } from "@crm/functions/operate/command.ts";

/** Milliseconds after which the gateway gives up a request. Its function has ended before. */
const GRACE_MS = 30_000;

/** Runs a command of the system operator. Only IAM gives access to this function: no route leads to it. */
export const operate = (event: unknown, ports: Ports, grace = GRACE_MS): Promise<unknown> =>
  operateOn(event, ports, { deadLetterPrefix: DEAD_LETTER_PREFIX, grace });
