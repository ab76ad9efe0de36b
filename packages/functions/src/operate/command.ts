import { buildConsoleUrl } from "@crm/core/kernel/console-url.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { conflict, invalid, notFound } from "@crm/core/kernel/error.ts";
import { parse } from "@crm/core/kernel/fn.ts";
import { Limits } from "@crm/core/kernel/limits.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { date, id, oneOf, text } from "@crm/core/kernel/schema.ts";
import { SignupLink } from "@crm/core/platform/sign-in/signup-link.ts";
import { plans } from "@crm/core/platform/tenant/tenant.entity.ts";
import { TENANT } from "@crm/core/platform/tenant/tenant.kind.ts";
import { Tenant } from "@crm/core/platform/tenant/tenant.ts";
import { type RotationResult, rotateDataKeys } from "@crm/core/storage/scheduler/key-rotation.ts";
import {
  DEFAULT_RECORDS_PER_SECOND,
  readMigrationStatus,
  runMigrationSlice,
  stopMigration,
} from "@crm/core/storage/scheduler/migration-job.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { drainTenantQueues } from "@crm/core/storage/stream/tenant-queue-drain.ts";
import * as z from "zod";
import { streamHandler } from "../stream/index.ts";
import { createItemReader, dismiss, listParked, redrive } from "../stream/redrive.ts";
import type { Rollout } from "./rollout.ts";

const tenant_id = id(TENANT);
/** Who gives the command, in words: the function does not see the principal that invokes it. */
const actor = text(200).min(1);
const action = <const A extends string>(name: A) => ({ action: z.literal(name) });

/** The commands of the system operator; tenants cannot call them. It is safe to repeat a command. */
export const Command = z.discriminatedUnion("action", [
  z.strictObject({ ...action("suspend"), tenant_id, reason: text(500).min(1) }),
  z.strictObject({ ...action("resume"), tenant_id }),
  z.strictObject({ ...action("plan"), tenant_id, plan: oneOf(plans) }),
  z.strictObject({ ...action("limit"), tenant_id, ...Limits.partial().shape }),
  z.strictObject({ ...action("recount"), tenant_id, mend: z.boolean().default(true), words: z.boolean().default(false) }),
  // Of all tenants, unless the command names one.
  z.strictObject({ ...action("snapshots"), tenant_id: tenant_id.optional(), from: date(), to: date() }),
  // Of all tenants, unless the command names one. A full export names one, because the next slice begins with the first tenant.
  z.strictObject({
    ...action("analyst-export"),
    tenant_id: tenant_id.optional(),
    full: z.boolean().default(false),
    personal: z.boolean().default(false),
  }),
  z.strictObject(action("first-link")),
  z.strictObject(action("redrive")),
  z.strictObject(action("parked")),
  z.strictObject({ ...action("dismiss"), key: text(1024), reason: text(500).min(1) }),
  z.strictObject(action("rotate-keys")),
  z.strictObject({
    ...action("migrate"),
    actor: actor.optional(),
    dry_run: z.boolean().default(false),
    records_per_second: z.number().int().min(1).max(10_000).default(DEFAULT_RECORDS_PER_SECOND),
  }),
  z.strictObject(action("migration-status")),
  z.strictObject({ ...action("stop-migration"), actor: actor.optional() }),
]);

export type Command = z.input<typeof Command>;

interface OperatorOptions {
  /** The prefix under which the stream consumer parks records that fail. */
  deadLetterPrefix: string;
  /** Milliseconds after which every request that was running before has ended. */
  grace: number;
  rollout: Rollout;
  /** Whether the export for analysts is on; off by default. */
  hasAnalystExport?: boolean;
  /** Seconds for which one call rotates, recounts, migrates or exports. The next one continues. */
  sliceSeconds: number;
}

/** Runs a command and returns its result. Throws a Failure for an unknown tenant and for an invalid command. */
export async function operate(
  event: unknown,
  ports: Ports,
  { deadLetterPrefix, grace, rollout, hasAnalystExport = false, sliceSeconds }: OperatorOptions,
): Promise<unknown> {
  const command = parse(Command, event);
  ports.log.write("info", "operator", { ...command });
  const { files, log } = ports;
  switch (command.action) {
    case "first-link":
      return runIn(systemContext(ports, undefined, "operator", ["tenants"]), () => createSignupUrl(ports.origin));
    case "redrive":
      return redriveAll(ports, deadLetterPrefix);
    case "parked":
      return listParked(ports, deadLetterPrefix);
    case "dismiss":
      if (!(await dismiss({ files, prefix: deadLetterPrefix, log }, command))) throw notFound();
      return { dismissed: command.key };
    case "rotate-keys":
      return rotateKeys(ports, sliceSeconds * 1000, grace);
    case "migrate": {
      if (!command.dry_run) await requireEndedRollout(rollout);
      return runMigrationSlice(ports, { ...command, seconds: sliceSeconds, grace });
    }
    case "migration-status":
      return readMigrationStatus(ports);
    case "stop-migration":
      return { stopping: await stopMigration(ports, command.actor) };
    case "snapshots": {
      const { Snapshots } = await import("@crm/core/platform/daily-figures/snapshots.ts");
      return Snapshots.retake(ports, command);
    }
    case "analyst-export": {
      requireAnalystExport(hasAnalystExport, command);
      const { AnalystExport } = await import("@crm/core/analytics/analyst-export/analyst-export.ts");
      return AnalystExport.run(ports, command, sliceSeconds);
    }
    default:
      return runIn(systemContext(ports, command.tenant_id, "operator"), () => runTenantCommand(command, sliceSeconds));
  }
}

/** Creates a sign-up link. The token is after the number sign, which browsers do not send, so that no log of addresses has it. */
async function createSignupUrl(origin: string): Promise<{ url: string; expires_at: string }> {
  const { token, expires_at } = await SignupLink.create();
  return { url: buildConsoleUrl(origin, `/signup#${token}`), expires_at };
}

/** Processes the dead letters again, and drains the queues of tenants that are set aside, if there are any. */
async function redriveAll(ports: Ports, prefix: string): Promise<unknown> {
  const { files, log } = ports;
  const redriven = await redrive({ files, prefix, handler: streamHandler(ports), log, present: createItemReader(ports) });
  const drained = await drainTenantQueues(ports);
  return drained.tenants > 0 ? { ...redriven, tenant_queues: drained } : redriven;
}

/** Refuses to start a migration while processes of the release before may run: they cannot read what it writes. */
async function requireEndedRollout(rollout: Rollout): Promise<void> {
  const pending = await rollout.findPending();
  if (pending)
    throw conflict(
      `The rollout of this release has not ended: ${pending}. Wait for the end of the deployment, and then run the command migrate again.`,
    );
}

function requireAnalystExport(
  isOn: boolean,
  { full, tenant_id: tenant }: { full: boolean; tenant_id?: string | undefined },
): void {
  if (!isOn) throw conflict("The export for analysts is off in this stage: set CRM_ANALYST_EXPORT=on and deploy");
  if (full && tenant === undefined) throw invalid("tenant_id", "A full export must name a tenant");
}

type TenantCommand = Exclude<
  Extract<z.output<typeof Command>, { tenant_id?: string | undefined }>,
  { action: "snapshots" | "analyst-export" }
>;

async function runTenantCommand(command: TenantCommand, sliceSeconds: number): Promise<unknown> {
  if (command.action === "recount") {
    const { mend, words } = command;
    return recount({ repair: mend, verifiesWords: words, seconds: sliceSeconds });
  }
  if (command.action === "plan") return presentTenant(await Tenant.setPlan({ plan: command.plan }));
  if (command.action === "limit") {
    const { action: _action, tenant_id: _id, ...limits } = command;
    return presentTenant(await Tenant.setLimits(limits));
  }
  const statusChange =
    command.action === "suspend" ? { status: "SUSPENDED" as const, reason: command.reason } : { status: "ACTIVE" as const };
  return presentTenant(await Tenant.setStatus(statusChange));
}

const presentTenant = ({ id: tenant, plan, status, status_reason, limits }: Awaited<ReturnType<typeof Tenant.setStatus>>) => ({
  tenant_id: tenant,
  plan,
  status,
  status_reason,
  limits,
});

/** Rotates until all keys are done or the time is over. If keys are left, `done` is false, and the same command continues. */
async function rotateKeys(ports: Ports, ms: number, grace: number): Promise<RotationResult> {
  const end = performance.now() + ms;
  const total = await rotateDataKeys(ports, { batches: 1, grace });
  while (!total.done && performance.now() < end) {
    const { walked, rewritten, failed, done } = await rotateDataKeys(ports, { batches: 10, resume: true });
    total.walked += walked;
    total.rewritten += rewritten;
    total.failed.push(...failed);
    total.done = done;
  }
  return total;
}
