import type { DomainEvent } from "../../kernel/event.ts";
import { TENANT } from "../../platform/tenant/tenant.kind.ts";
import { ATTRIBUTION_RUN } from "./attribution.kind.ts";
import { AttributionRun } from "./attribution-run.ts";
import { onContinueRequested as onRunContinueRequested } from "./attribution-worker.ts";
import { onContinueRequested as onFillContinueRequested } from "./fill-worker.ts";

/** Handles the events of the long jobs of campaigns: fills, and the computation of all conversions, which a setting starts. */
export async function onCampaignJobEvent(event: DomainEvent): Promise<void> {
  if (event.type === `${TENANT.name}.updated`) return AttributionRun.onTenantUpdated();
  if (event.type.startsWith(`${ATTRIBUTION_RUN.name}.`)) return onRunContinueRequested(event);
  return onFillContinueRequested(event);
}
