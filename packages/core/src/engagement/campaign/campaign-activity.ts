import * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { collectDetails, type ErrorDetail, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { type CampaignRecord, Campaigns } from "./campaign.entity.ts";
import {
  type ActivityRecord,
  activityStatuses,
  activityTypes,
  CampaignActivities,
  fields,
  Stored,
} from "./campaign-activity.entity.ts";
import { requireInCampaign } from "./campaign-child.ts";

/** The activities of campaigns (docs/engagement/campaigns.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, CampaignActivities.definition.row);

const Query = listSchema(CampaignActivities, {
  status: oneOf(activityStatuses).optional(),
  activity_type: oneOf(activityTypes).optional(),
}).extend(IdInput.shape);

export const list = fn(Query, async ({ id: campaignId, ...input }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return listRecords(CampaignActivities, { ...buildListQuery(CampaignActivities, input), parent: campaign.id });
});

export const create = fn(z.strictObject({ ...fields, ...IdInput.shape }), async ({ id: campaignId, ...input }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  const values = await validateActivity(campaign, toStoredFields(fields, input));
  const activity = Records.init(CampaignActivities, { ...values, campaign_id: campaign.id });
  return transaction()
    .requireLive(campaign.id, () => notFound())
    .create(CampaignActivities, activity)
    .commit(activity);
});

const ActivityIdInput = IdInput.extend({ activity_id: text(64) });

export const get = fn(ActivityIdInput, async ({ id: campaignId, activity_id }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return requireInCampaign(await Records.read(CampaignActivities, activity_id), campaign.id);
});

export const update = fn(patchSchema(fields).extend(ActivityIdInput.shape), async ({ id: campaignId, activity_id, ...patch }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return Records.change(CampaignActivities, activity_id, (current) =>
    validateActivity(campaign, { ...requireInCampaign(current, campaign.id), ...toStoredPatch(fields, patch) }, current),
  );
});

export const remove = fn(ActivityIdInput, async ({ id: campaignId, activity_id }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return Records.remove(CampaignActivities, activity_id, (current) => requireInCampaign(current, campaign.id));
});

/** Checks what a schema cannot. Throws one error with all faults. A user and a channel that were chosen before stay valid. */
async function validateActivity<T extends StoredFields<typeof fields>>(
  { currency }: Pick<CampaignRecord, "currency">,
  next: T,
  current?: ActivityRecord,
): Promise<T> {
  const details: ErrorDetail[] = [];
  const { owner_id } = next;
  if (owner_id && owner_id !== current?.owner_id)
    await collectDetails(details, User.requireOwner(owner_id, "owner_id"), undefined);
  const budget = await collectDetails(details, (async () => toCurrencyPrecision("budget", next.budget, currency))(), null);
  const resolved = await collectDetails(details, Master.resolveAll(fields, next, current, { checkedFields: ["owner_id"] }), next);
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, budget };
}

/** The timeline entries of activities of campaigns: when they took place, or else when they are planned. */
export const timelineSource = buildTimelineSource(CampaignActivities, {
  index: "by_date",
  title: (activity) => activity.name,
  readActor: (activity) => activity.owner_id ?? activity.created_by,
});

export * as CampaignActivity from "./campaign-activity.ts";
