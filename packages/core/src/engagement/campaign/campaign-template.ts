import * as z from "zod";
import { MAX_DATE } from "../../kernel/date-bounds.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { oneOf, type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { addDays, daysBetween, startOfDay } from "../../kernel/time-zone.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { campaignTypes } from "./campaign.rules.ts";
import { type ActivityRecord, CampaignActivities } from "./campaign-activity.entity.ts";
import {
  activityFields,
  CampaignTemplates,
  campaignFields,
  fields,
  Stored,
  type TemplateRecord,
} from "./campaign-template.entity.ts";

/** Templates of campaigns: fields and activities with which campaigns begin (docs/engagement/campaigns.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, CampaignTemplates.definition.row);

export const list = fn(listSchema(CampaignTemplates, { type: oneOf(campaignTypes).optional() }), (input) =>
  listRecords(CampaignTemplates, buildListQuery(CampaignTemplates, input)),
);

export const create = fn(z.strictObject(fields), async (input) => {
  const template = Records.init(CampaignTemplates, await validateTemplate(toStoredFields(fields, input)));
  return transaction().create(CampaignTemplates, template).commit(template);
});

export const { get, replace, update, remove, restore } = createRecordVerbs(CampaignTemplates, fields, {
  edit: (current, changes) => validateTemplate({ ...current, ...changes }, current),
});

/** Checks what a schema cannot. Channels that were chosen before stay valid. */
async function validateTemplate<T extends StoredFields<typeof fields>>(next: T, current?: TemplateRecord) {
  const details: ErrorDetail[] = [];
  const known = new Map((current?.activities ?? []).map((activity) => [activity.channel_id, activity]));
  const resolved = await collectDetails(details, Master.resolveAll(fields, next, current), next);
  const activities: TemplateRecord["activities"] = [];
  for (const [index, input] of next.activities.entries()) {
    const activity = toStoredFields(activityFields, input);
    try {
      activities.push(await Master.resolveAll(activityFields, activity, known.get(activity.channel_id)));
    } catch (error) {
      if (!isFailure(error, "VALIDATION_ERROR")) throw error;
      details.push(...error.details.map(({ field, message }) => ({ field: `activities[${index}].${field}`, message })));
    }
  }
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, activities };
}

/** Loads the template that a new campaign names. */
export async function require(templateId: string, field: string): Promise<TemplateRecord> {
  const template = await Records.find(CampaignTemplates, templateId);
  if (!template) throw invalid(field, "No such record");
  return template;
}

/** Returns the values of a template for fields that the caller leaves out. Empty values of the template are left out too. */
export function listDefaults(template: TemplateRecord, startDate: string | undefined): Record<string, unknown> {
  const values = Object.keys(campaignFields).flatMap((field) => {
    const value = template[field as keyof typeof campaignFields];
    return value === null ? [] : [[field, value] as const];
  });
  const end =
    startDate !== undefined && template.duration_days ? [["end_date", shiftDay(startDate, template.duration_days - 1)]] : [];
  return { name: template.name, ...Object.fromEntries([...values, ...end]) };
}

/** Returns a later day, at most the last one that dates can have. */
const shiftDay = (day: string, days: number): string => addDays(day, Math.min(days, daysBetween(day, MAX_DATE)));

/** Builds the planned activities of a new campaign. Each is planned for the beginning of its day. */
export const buildActivities = (
  { activities }: TemplateRecord,
  { id, start_date }: { id: string; start_date: string },
  timezone: string,
): ActivityRecord[] =>
  activities.map(({ offset_days, ...activity }) =>
    Records.init(CampaignActivities, {
      ...activity,
      campaign_id: id,
      scheduled_date: startOfDay(timezone, shiftDay(start_date, offset_days)),
      execution_date: null,
      status: "PLANNED",
      budget: null,
      target_audience: null,
      owner_id: null,
    }),
  );

export * as CampaignTemplate from "./campaign-template.ts";
