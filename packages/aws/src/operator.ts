import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { parse } from "@crm/core/kernel/fn.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { id, text } from "@crm/core/kernel/schema.ts";
import { type Rotated, rotate } from "@crm/core/storage/jobs/rotate.ts";
import { recount } from "@crm/core/storage/project/recount.ts";
import { TENANT } from "@crm/core/tenant/tenant.domain.ts";
import { Tenant } from "@crm/core/tenant/tenant.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import { redrive } from "@crm/functions/stream/redrive.ts";
import * as z from "zod";

/** How long one invocation rotates, in milliseconds: Lambda would end it after fifteen minutes. The next goes on. */
const ROTATING = 10 * 60 * 1000;

/** The gateway gives up a request after this time, in milliseconds, and its function has ended before. */
const GRACE = 30_000;

/**
 * What the operator of the system asks for, by invoking a function that nothing but IAM leads to. Each may be asked for
 * twice.
 */
const Command = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("suspend"), tenant_id: id(TENANT), reason: text(500) }),
  z.strictObject({ action: z.literal("resume"), tenant_id: id(TENANT) }),
  z.strictObject({ action: z.literal("recount"), tenant_id: id(TENANT), mend: z.boolean().default(true) }),
  z.strictObject({ action: z.literal("redrive") }),
  z.strictObject({ action: z.literal("rotate-keys") }),
]);

export type Command = z.input<typeof Command>;

/** Where Lambda puts what the stream's consumer has failed on, in the bucket of dead letters. */
export const PARKED = "aws/lambda/";

/** Does what is asked, and says what came of it. Throws a Failure for a tenant that is not there, and for a bad command. */
export async function operate(event: unknown, ports: Ports, grace = GRACE): Promise<unknown> {
  const command = parse(Command, event);
  ports.log.write("info", "operator", { ...command });
  if (command.action === "redrive") {
    return redrive({ files: ports.files, prefix: PARKED, handler: streamHandler(ports), log: ports.log });
  }
  if (command.action === "rotate-keys") return rotateFor(ports, ROTATING, grace);
  return runIn(systemContext(ports, command.tenant_id, "operator"), async () => {
    if (command.action === "recount") return recount({ mend: command.mend });
    const wanted =
      command.action === "suspend" ? { status: "SUSPENDED" as const, reason: command.reason } : { status: "ACTIVE" as const };
    const { id: tenant_id, status, status_reason } = await Tenant.setStatus(wanted);
    return { tenant_id, status, status_reason };
  });
}

/** Rotates until all is done, or the time is over: then `done` is false, and the same command goes on. */
async function rotateFor(ports: Ports, ms: number, grace: number): Promise<Rotated> {
  const end = performance.now() + ms;
  const total = await rotate(ports, { batches: 1, grace });
  while (!total.done && performance.now() < end) {
    const { walked, rewritten, failed, done } = await rotate(ports, { batches: 10, again: true });
    total.walked += walked;
    total.rewritten += rewritten;
    total.failed.push(...failed);
    total.done = done;
  }
  return total;
}
