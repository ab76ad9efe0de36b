import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { MAX_IMAGE_HEAD_BYTES, readImageSize } from "../../lib/image/image-size.rules.ts";
import { Upload } from "../../platform/upload/upload.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type AssetRecord, assetTypes, CampaignAssets, fields, Stored } from "./asset.entity.ts";
import { Campaigns } from "./campaign.entity.ts";
import { requireInCampaign } from "./campaign-child.ts";

/** The assets of campaigns: uploaded files, or addresses of files elsewhere (docs/engagement/campaigns.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, CampaignAssets.definition.row);

const Query = listSchema(CampaignAssets, { asset_type: oneOf(assetTypes).optional() }).extend(IdInput.shape);

export const list = fn(Query, async ({ id: campaignId, ...input }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return listRecords(CampaignAssets, { ...buildListQuery(CampaignAssets, input), parent: campaign.id });
});

const uploadField = { upload_id: text(64).nullish().describe("Id of an uploaded file that no record uses yet") };

export const create = fn(
  z.strictObject({ ...fields, ...uploadField, ...IdInput.shape }),
  ({ id: campaignId, upload_id, ...input }) =>
    retryOnConflict(async () => {
      const campaign = await Records.read(Campaigns, campaignId);
      const values = toStoredFields(fields, input);
      if (Boolean(upload_id) === Boolean(values.file_url))
        throw invalid("upload_id", "Exactly one of upload_id and file_url is required");
      const tx = transaction().requireLive(campaign.id, () => notFound());
      const file = { upload_id: null, file_name: null, file_size: null, format: null };
      const asset: AssetRecord = Records.init(CampaignAssets, {
        ...file,
        ...values,
        campaign_id: campaign.id,
        ...(upload_id ? await keepFile(upload_id, values.asset_type, tx) : {}),
      });
      return tx.create(CampaignAssets, asset).commit(asset);
    }),
);

/** Keeps the bytes of an upload, and returns what they say about the file. */
async function keepFile(upload_id: string, asset_type: AssetRecord["asset_type"], tx: ReturnType<typeof transaction>) {
  const { source } = await Upload.inspect(upload_id);
  const image = readImageSize(await collectBytes(source.read(0, Math.min(source.size, MAX_IMAGE_HEAD_BYTES))));
  if (asset_type === "IMAGE" && !image) throw invalid("upload_id", "Must be an image: PNG, JPEG, GIF or WebP");
  return Upload.keep(upload_id, "asset of a campaign", tx, ({ file_name, content_type, size }) => ({
    upload_id,
    file_name,
    file_size: size,
    format: image?.format ?? content_type,
    ...(image?.size ? { dimensions: `${image.size.width}x${image.size.height}` } : {}),
  }));
}

const AssetIdInput = IdInput.extend({ asset_id: text(64) });

export const get = fn(AssetIdInput, async ({ id: campaignId, asset_id }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return requireInCampaign(await Records.read(CampaignAssets, asset_id), campaign.id);
});

/** Returns the storage key, name and type of an uploaded file. */
export const locateFile = fn(AssetIdInput, async (input) => {
  const { upload_id, file_name } = await get(input);
  if (upload_id === null || file_name === null) throw notFound();
  // Browsers must not show a file of the tenant as a page.
  return { key: Upload.permanentKey(upload_id), file_name, content_type: "application/octet-stream" };
});

export const update = fn(patchSchema(fields).extend(AssetIdInput.shape), async ({ id: campaignId, asset_id, ...patch }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return Records.change(CampaignAssets, asset_id, (current) => {
    requireInCampaign(current, campaign.id);
    const next = { ...current, ...toStoredPatch(fields, patch) };
    if (Boolean(next.upload_id) === Boolean(next.file_url))
      throw invalid("file_url", "Exactly one of upload_id and file_url is required");
    return next;
  });
});

/** Seconds after the deletion for which the bytes stay. */
const RELEASE_SECONDS = 30 * 24 * 60 * 60;

export const remove = fn(AssetIdInput, async ({ id: campaignId, asset_id }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return Records.remove(CampaignAssets, asset_id, async (current, tx) => {
    requireInCampaign(current, campaign.id);
    if (current.upload_id) await Upload.release(current.upload_id, RELEASE_SECONDS, tx);
    return current;
  });
});

export * as CampaignAsset from "./asset.ts";
