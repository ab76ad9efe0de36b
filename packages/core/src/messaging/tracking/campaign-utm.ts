import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { useTenant } from "../../kernel/context.ts";
import type { Utm } from "../../people/interaction/utm.rules.ts";
import { Cache } from "../../storage/table/cache.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";

/** The UTM parameters of the messages of a campaign (docs/messaging/mail-tracking.md). */

interface CampaignLabel {
  campaign_number: string;
  adds_utm: boolean;
}

/** A send of many mails reads its campaign once a minute. */
const campaigns = new Cache<CampaignLabel | undefined>(60, 10_000);

const loadLabel = (id: string): Promise<CampaignLabel | undefined> =>
  campaigns.get(`${useTenant()}/${id}`, async () => {
    const campaign = await Records.load(await loadCollection(CAMPAIGN), id);
    return campaign as (typeof campaign & CampaignLabel) | undefined;
  });

interface CampaignMessage {
  campaign_id: string | null;
  channel: string;
}

/** Where the links of a campaign's messages say that a visitor comes from. */
const UTM_SOURCE = "crm";

/** Returns the parameters that name the campaign of a message; none for a message without one. */
export async function loadMessageUtm({ campaign_id, channel }: CampaignMessage): Promise<Utm> {
  const label = campaign_id === null ? undefined : await loadLabel(campaign_id);
  return label ? { utm_source: UTM_SOURCE, utm_medium: channel, utm_campaign: label.campaign_number } : {};
}

/** Returns the parameters that the links of a mail get: none if its campaign adds none. */
export async function loadLinkUtm(message: CampaignMessage): Promise<Utm> {
  const label = message.campaign_id === null ? undefined : await loadLabel(message.campaign_id);
  return label?.adds_utm ? loadMessageUtm(message) : {};
}

export * as CampaignUtm from "./campaign-utm.ts";
