import type { DomainEvent } from "../../kernel/event.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Campaigns } from "./campaign.entity.ts";
import { withStatus } from "./campaign.ts";

/** The clocks of campaigns that follow their dates. A repeated or late clock is safe. */

const onStart = createClockListener((id, due_at) =>
  Clocks.runDue(Campaigns, id, "start", due_at, (campaign) => withStatus(campaign, "IN_PROGRESS")),
);

const onEnd = createClockListener((id, due_at) =>
  Clocks.runDue(Campaigns, id, "end", due_at, (campaign) => withStatus(campaign, "COMPLETED")),
);

/** Handles `campaign.start_due` and `campaign.end_due`. */
export const onCampaignClock = (event: DomainEvent): Promise<void> =>
  event.type === "campaign.start_due" ? onStart(event) : onEnd(event);
