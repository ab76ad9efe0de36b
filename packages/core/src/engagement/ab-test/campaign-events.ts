import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { onCampaignEvent } from "../campaign/campaign.listener.ts";
import { AB_TEST } from "./ab-test.kind.ts";
import { onDecideDue } from "./ab-test-decision.ts";

/** Handles the events of campaigns, and the clock of their A/B tests. Campaigns do not import tests, which import campaigns. */
export const onCampaignOrTestEvent = (event: DomainEvent): Promise<void> =>
  event.type.startsWith(`${AB_TEST.name}.`) ? Tenant.runWithSettings(() => onDecideDue(event)) : onCampaignEvent(event);
