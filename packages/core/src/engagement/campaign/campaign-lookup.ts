import { Records } from "../../storage/write/records.ts";
import { type CampaignRecord, Campaigns } from "./campaign.entity.ts";

/** The interface for other domains to read campaigns, without the code that writes them. */

/** Returns a live campaign that the caller sees. */
export const find = (id: string): Promise<CampaignRecord | undefined> => Records.find(Campaigns, id);

export * as CampaignLookup from "./campaign-lookup.ts";
