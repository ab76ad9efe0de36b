import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { onAttributionEvent } from "./attribution-recompute.ts";
import { onCampaignChanged, onMetricEvent } from "./budget-alert.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import { onCampaignClock } from "./clocks.ts";
import { onMemberEvent } from "./member.listener.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";
import { MetricRefresh } from "./metric-refresh.ts";

/** Handles the events of campaigns, of their metrics, and of what concerns their members and conversions. */
export const onCampaignEvent = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => handle(event));

async function handle(event: DomainEvent): Promise<void> {
  if (event.type.startsWith(`${CAMPAIGN_METRIC.name}.`))
    return event.type.endsWith("_due") ? MetricRefresh.onRefreshDue(event) : onMetricEvent(event);
  if (event.type.startsWith(`${CAMPAIGN.name}.`))
    return event.type.endsWith("_due") ? onCampaignClock(event) : onCampaignChanged(event);
  if (memberEvents.test(event.type)) await onMemberEvent(event);
  if (attributionEvents.test(event.type)) await onAttributionEvent(event);
}

/** Events that can be a step of a member. Deletions and later edits of contacts are none; those of sales are. */
const memberEvents =
  /^(?:message[.].*|(?:interaction|journey)[.]created|person[.].*|(?:opportunity|order)[.](?:created|updated|deleted|restored))$/;

/** Events that can change a conversion or a touch. */
const attributionEvents =
  /^(?:(?:opportunity|order|interaction|journey|campaign_response)[.](?:created|updated|deleted|restored)|person[.]updated)$/;
