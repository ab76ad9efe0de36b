import type { Ports } from "@crm/core/kernel/ports.ts";
import { operate as operateOn } from "@crm/functions/operate/command.ts";
import type { Rollout } from "@crm/functions/operate/rollout.ts";
import { DEAD_LETTER_PREFIX } from "./dead-letters.ts";
import type { EnvironmentVariable } from "./environment.ts";

export type { Command } from "@crm/functions/operate/command.ts";

/** Milliseconds after which the gateway gives up a request. Its function has ended before. */
const GRACE_MS = 30_000;

/** Seconds for which one invocation works: Lambda would end it after fifteen minutes. The next invocation continues. */
const SLICE_SECONDS = 10 * 60;

/** `on` if the stage has the export for analysts. */
const ANALYST_EXPORT_VARIABLE: EnvironmentVariable = "CRM_ANALYST_EXPORT";

/** The rollout of this stage. Its client is loaded on demand, because only one command needs it. */
const currentRollout = (ports: Ports): Rollout => ({
  findPending: async () => (await import("./rollout.ts")).openRollout(ports.domains).findPending(),
});

/** Runs a command of the system operator. Only IAM gives access to this function: no route leads to it. */
export const operate = (
  event: unknown,
  ports: Ports,
  rollout: Rollout = currentRollout(ports),
  grace = GRACE_MS,
): Promise<unknown> =>
  operateOn(event, ports, {
    deadLetterPrefix: DEAD_LETTER_PREFIX,
    grace,
    rollout,
    hasAnalystExport: process.env[ANALYST_EXPORT_VARIABLE] === "on",
    sliceSeconds: SLICE_SECONDS,
  });
