import { notFound } from "../../kernel/error.ts";

/** Returns a record of the campaign in the path. A record of another campaign does not exist there. */
export function requireInCampaign<R extends { campaign_id: string }>(record: R, campaignId: string): R {
  if (record.campaign_id !== campaignId) throw notFound();
  return record;
}
