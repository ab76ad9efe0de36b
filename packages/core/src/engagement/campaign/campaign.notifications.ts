import { Money } from "../../kernel/money.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { CampaignRecord } from "./campaign.entity.ts";

/** What users are told of campaigns. */

export const assigned: NotificationType<CampaignRecord> = {
  recipientField: "owner_id",
  recipient: (campaign) => campaign.owner_id,
  title: (campaign) => `Campaign assigned to you: ${campaign.name}`.slice(0, 300),
  body: () => null,
};

export const completed: NotificationType<CampaignRecord> = {
  recipient: (campaign) => (campaign.status === "COMPLETED" ? campaign.owner_id : null),
  title: (campaign) => `Campaign completed: ${campaign.name}`.slice(0, 300),
  body: () => null,
};

export const budgetAlerted: NotificationType<CampaignRecord> = {
  recipient: (campaign) => (campaign.budget_alert ? campaign.owner_id : null),
  title: (campaign) => `Campaign has used ${campaign.budget_alert?.level}% of its budget: ${campaign.name}`.slice(0, 300),
  body: ({ budget, currency, budget_alert }) =>
    [`Budget: ${Money.format(budget ?? "0", currency)}`, budget_alert?.cycle_start && `since ${budget_alert.cycle_start}`]
      .filter(Boolean)
      .join(", "),
};
