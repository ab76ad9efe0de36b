import * as z from "zod";
import { completeUrl, id, name, oneLine, oneOf, tags, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { UPLOAD } from "../../platform/upload/upload.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { CAMPAIGN_ASSET } from "./asset.kind.ts";
import { CAMPAIGN } from "./campaign.kind.ts";

export const assetTypes = ["IMAGE", "VIDEO", "DOCUMENT", "AUDIO", "TEMPLATE"] as const;

/** Fields of an asset that a caller writes. */
export const fields = {
  name: name(200),
  asset_type: oneOf(assetTypes),
  file_url: completeUrl(1000)
    .refine((url) => url.startsWith("https://"), "Must begin with https://")
    .nullish()
    .describe("Address of a file that is stored elsewhere; the system does not read it"),
  dimensions: oneLine(50)
    .regex(/^[1-9]\d{0,5}x[1-9]\d{0,5}$/, "Must be width and height in pixels, such as 1200x630")
    .nullish()
    .describe("An uploaded image has those of its file"),
  tags: tags().default([]),
};

export const Stored = z.object({
  campaign_id: id(CAMPAIGN),
  ...toStoredShape(fields),
  upload_id: id(UPLOAD).nullable(),
  file_name: z.string().nullable(),
  file_size: z.number().int().nullable().describe("In bytes"),
  format: z
    .string()
    .nullable()
    .describe("`png`, `jpeg`, `gif` or `webp` for an uploaded image, the content type for another file"),
});

export type AssetRecord = z.output<typeof Stored> & BaseRecord;

export const CampaignAssets = new Collection<AssetRecord>({
  kind: CAMPAIGN_ASSET,
  schema: Stored,
  personalData: { purpose: "Keep the material of campaigns." },
  row: ["campaign_id", "name", "asset_type", "file_url", "dimensions", "tags", "upload_id", "file_name", "file_size", "format"],
  indexes: { by_time: indexBy(), by_related: indexBy("campaign_id") },
  visibleWith: "campaign_id",
  parent: "campaign_id",
  filters: { asset_type: { field: "asset_type" } },
  searchWords: (asset) => textSearchWords(asset.name),
});
