import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { onCampaignEvent } from "../campaign/campaign.listener.ts";
import { AB_TEST } from "./ab-test.kind.ts";
import { onDecideDue, onSampleRejected } from "./ab-test-decision.ts";

/** Handles the events of campaigns, and those of their A/B tests. Campaigns do not import tests, which import campaigns. */
export function onCampaignOrTestEvent(event: DomainEvent): Promise<void> {
  if (event.type === "email_send.sample_rejected") return onSampleRejected(event);
  return event.type.startsWith(`${AB_TEST.name}.`) ? Tenant.runWithSettings(() => onDecideDue(event)) : onCampaignEvent(event);
}
