import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { AssetRecord } from "./asset.entity.ts";

export const campaignAsset: PersonalData<AssetRecord> = {
  purpose: "Keep the material of campaigns.",
  subject: undefined,
  fields: {
    campaign_id: "none",
    name: "none",
    asset_type: "none",
    file_url: "none",
    dimensions: "none",
    tags: "none",
    upload_id: "none",
    file_name: "none",
    file_size: "none",
    format: "none",
  },
};
