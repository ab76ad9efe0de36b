import { useSettings } from "../../kernel/context.ts";
import { findNextRun, parseCron } from "./cron.rules.ts";
import type { Definition } from "./definition.ts";

/** Returns when the schedule of a workflow runs next, in the tenant's time zone; null if it has none. */
export function findRun({ trigger }: Pick<Definition, "trigger">, after: string): string | null {
  if (trigger.on !== "schedule") return null;
  const cron = parseCron(trigger.cron);
  return typeof cron === "string" ? null : (findNextRun(cron, useSettings().timezone, after) ?? null);
}
