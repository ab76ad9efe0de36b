import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { onCampaignChanged, onMetricEvent } from "./budget-alert.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import { onCampaignClock } from "./clocks.ts";
import { onMemberEvent } from "./member.listener.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";

/** Handles the events of campaigns, of their metrics, and of what concerns their members. */
export const onCampaignEvent = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => handle(event));

function handle(event: DomainEvent): Promise<void> {
  if (event.type.startsWith(`${CAMPAIGN_METRIC.name}.`)) return onMetricEvent(event);
  if (!event.type.startsWith(`${CAMPAIGN.name}.`)) return onMemberEvent(event);
  return event.type.endsWith("_due") ? onCampaignClock(event) : onCampaignChanged(event);
}
