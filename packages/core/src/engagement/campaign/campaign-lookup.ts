import { Records } from "../../storage/write/records.ts";
import { type CampaignRecord, Campaigns } from "./campaign.entity.ts";

/** The interface for other domains to read campaigns, without the code that writes them. */

/** Returns a live campaign that the caller sees. */
export const find = (id: string): Promise<CampaignRecord | undefined> => Records.find(Campaigns, id);

/** Reads a campaign that the caller must see. */
export const read = (id: string): Promise<CampaignRecord> => Records.read(Campaigns, id);

/** Loads a live campaign without a check of visibility. */
export const load = (id: string): Promise<CampaignRecord | undefined> => Records.load(Campaigns, id, { live: true });

export * as CampaignLookup from "./campaign-lookup.ts";
export type { CampaignRecord };
