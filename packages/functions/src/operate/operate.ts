import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { notFound } from "@crm/core/kernel/error.ts";
import { parse } from "@crm/core/kernel/fn.ts";
import { Limits } from "@crm/core/kernel/limits.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { date, id, oneOf, text } from "@crm/core/kernel/schema.ts";
import { type Rotated, rotate } from "@crm/core/storage/jobs/rotate.ts";
import { recount } from "@crm/core/storage/project/recount.ts";
import { TENANT } from "@crm/core/tenant/tenant.domain.ts";
import { plans } from "@crm/core/tenant/tenant.entity.ts";
import { Tenant } from "@crm/core/tenant/tenant.ts";
import * as z from "zod";
import { streamHandler } from "../stream/index.ts";
import { dismiss, presentIn, redrive, waiting } from "../stream/redrive.ts";

/** How long one invocation rotates or recounts, in milliseconds: Lambda would end it after fifteen minutes. The next goes on. */
const WORKING = 10 * 60 * 1000;

const tenant_id = id(TENANT);
const action = <const A extends string>(name: A) => ({ action: z.literal(name) });

/** What the operator of the system asks for, and no tenant can. Each may be asked for twice. */
export const Command = z.discriminatedUnion("action", [
  z.strictObject({ ...action("suspend"), tenant_id, reason: text(500).min(1) }),
  z.strictObject({ ...action("resume"), tenant_id }),
  z.strictObject({ ...action("plan"), tenant_id, plan: oneOf(plans) }),
  z.strictObject({ ...action("limit"), tenant_id, ...Limits.partial().shape }),
  z.strictObject({ ...action("recount"), tenant_id, mend: z.boolean().default(true), words: z.boolean().default(false) }),
  // Of all tenants, unless one is named.
  z.strictObject({ ...action("snapshots"), tenant_id: tenant_id.optional(), from: date(), to: date() }),
  z.strictObject(action("redrive")),
  z.strictObject(action("parked")),
  z.strictObject({ ...action("dismiss"), key: text(1024), reason: text(500).min(1) }),
  z.strictObject(action("rotate-keys")),
]);

export type Command = z.input<typeof Command>;

export interface Operating {
  /** Where the stream's consumer parks what it fails on. */
  parked: string;
  /** Milliseconds after which no request is under way that began before. */
  grace: number;
}

/** Does what is asked, and says what came of it. Throws a Failure for a tenant that is not there, and for a bad command. */
export async function operate(event: unknown, ports: Ports, { parked: prefix, grace }: Operating): Promise<unknown> {
  const command = parse(Command, event);
  ports.log.write("info", "operator", { ...command });
  const { files, log } = ports;
  switch (command.action) {
    case "redrive":
      return redrive({ files, prefix, handler: streamHandler(ports), log, present: presentIn(ports) });
    case "parked":
      return waiting({ files, prefix });
    case "dismiss":
      if (!(await dismiss({ files, prefix, log }, command))) throw notFound();
      return { dismissed: command.key };
    case "rotate-keys":
      return rotateFor(ports, WORKING, grace);
    case "snapshots": {
      const { Snapshots } = await import("@crm/core/jobs/snapshot/snapshots.ts");
      return Snapshots.again(ports, command);
    }
    default:
      return runIn(systemContext(ports, command.tenant_id, "operator"), () => ofTenant(command));
  }
}

type OfTenant = Exclude<Extract<z.output<typeof Command>, { tenant_id?: string | undefined }>, { action: "snapshots" }>;

async function ofTenant(command: OfTenant): Promise<unknown> {
  if (command.action === "recount") {
    const { mend, words } = command;
    return recount({ mend, words, seconds: WORKING / 1000 });
  }
  if (command.action === "plan") return standing(await Tenant.setPlan({ plan: command.plan }));
  if (command.action === "limit") {
    const { action: _action, tenant_id: _id, ...limits } = command;
    return standing(await Tenant.setLimits(limits));
  }
  const wanted =
    command.action === "suspend" ? { status: "SUSPENDED" as const, reason: command.reason } : { status: "ACTIVE" as const };
  return standing(await Tenant.setStatus(wanted));
}

const standing = ({ id: tenant, plan, status, status_reason, limits }: Awaited<ReturnType<typeof Tenant.setStatus>>) => ({
  tenant_id: tenant,
  plan,
  status,
  status_reason,
  limits,
});

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
