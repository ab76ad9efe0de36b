import * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn, parseStored } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import {
  date,
  IdInput,
  id,
  name,
  oneOf,
  patchSchema,
  type StoredFields,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { addDays, daysBetween, endOfDay, startOfDay } from "../../kernel/time-zone.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import { requireUnreferenced } from "../../storage/write/references.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { matchByNumber, type UpsertMatching } from "../../storage/write/upsert.ts";
import { type CampaignRecord, Campaigns, fields, Stored } from "./campaign.entity.ts";
import { CAMPAIGN, campaignGrants } from "./campaign.kind.ts";
import { campaignTypes, findBudgetFaults } from "./campaign.rules.ts";
import { CampaignActivities } from "./campaign-activity.entity.ts";
import {
  type CampaignStatus,
  campaignStatuses,
  isOpenCampaign,
  requireTransition,
  statusAliases,
} from "./campaign-status.rules.ts";
import type { TemplateRecord } from "./campaign-template.entity.ts";
import { CAMPAIGN_TEMPLATE } from "./campaign-template.kind.ts";
import { CampaignTemplate } from "./campaign-template.ts";
import { requirePosition } from "./hierarchy.ts";
import { CampaignMetrics } from "./metric.entity.ts";
import { figureFields, withFigures } from "./performance.ts";

/** Campaigns, as users write them. */

export const Info = Stored.omit({ starts_at: true, ends_at: true }).extend({
  custom_fields: CustomFields.outputSchema("campaign"),
  ...z.object(figureFields).partial().shape,
});
export const Row = rowSchema(Info, Campaigns.definition.row).extend(CustomFields.rowShape("campaign"));

const ownerField = { owner_id: User.newOwner() };
const statusField = { status: oneOf(campaignStatuses, statusAliases).optional() };

/** Statuses of a new campaign. */
const initialStatuses: readonly CampaignStatus[] = ["DRAFT", "PLANNING", "IN_PROGRESS"];

/** Fields for which a template has values. Defaults are set after those of the template. */
const templatedFields = {
  name: fields.name.optional().meta(createHelp("Required if no template is chosen")),
  type: fields.type.optional().meta(createHelp("Required if the template has none")),
  budget_cycle: fields.budget_cycle.unwrap().optional().meta(createHelp("ONE_TIME by default")),
  target_locations: fields.target_locations.unwrap().optional(),
  target_interests: fields.target_interests.unwrap().optional(),
  channel_ids: fields.channel_ids.unwrap().optional(),
};

export const Create = z.strictObject({
  ...fields,
  ...templatedFields,
  campaign_template_id: id(CAMPAIGN_TEMPLATE)
    .nullish()
    .describe("A template: fields that are left out get its values, and its activities are planned"),
  ...ownerField,
  status: statusField.status.meta(createHelp("DRAFT by default; PLANNING and IN_PROGRESS are allowed too")),
  custom_fields: CustomFields.inputSchema("campaign", "whole"),
});

export const create = fn(
  Create,
  async ({ owner_id, custom_fields, status, campaign_template_id, ...input }) => {
    const template = campaign_template_id
      ? await CampaignTemplate.require(campaign_template_id, "campaign_template_id")
      : undefined;
    const defaults = template ? CampaignTemplate.listDefaults(template, input.start_date) : {};
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const values = toStoredFields(fields, parseStored(z.strictObject(fields), { ...defaults, ...given }));
    return add(values, { owner_id, custom_fields, status, template });
  },
  async ({ name, type, campaign_template_id }) => {
    if (campaign_template_id) return;
    const missing = Object.entries({ name, type }).flatMap(([field, value]) =>
      value === undefined ? [{ field, message: "Required" }] : [],
    );
    if (missing.length > 0) throw invalidAll(missing);
  },
);

interface CreateOptions {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.CustomFieldInput;
  status?: CampaignStatus | undefined;
  cloned_from_id?: string;
  template?: TemplateRecord | undefined;
}

async function add(values: StoredFields<typeof fields>, options: CreateOptions): Promise<CampaignRecord> {
  const { status = "DRAFT", cloned_from_id = null, template } = options;
  const details: ErrorDetail[] = [];
  if (!initialStatuses.includes(status))
    details.push({ field: "status", message: `The status of a new campaign must be one of ${initialStatuses.join(", ")}` });
  const owner_id = await User.resolveNewOwner(options.owner_id, ...OWNER_CHECK);
  const resolved = await collectDetails(
    details,
    CustomFields.resolveTogether("campaign", options.custom_fields, {}, validateFields(values)),
    undefined,
  );
  if (details.length > 0 || !resolved) throw invalidAll(details);
  const [campaign_number = ""] = await RecordNumbers.lease("K");
  const time = requestTime();
  const campaign = Records.init(
    Campaigns,
    {
      ...resolved,
      ...computeDateInstants(resolved),
      campaign_number,
      owner_id,
      ...{ status, status_changed_at: time, started_at: status === "IN_PROGRESS" ? time : null, finished_at: null },
      cloned_from_id,
      campaign_template_id: template?.id ?? null,
      budget_alert: null,
    },
    { id: newId(CAMPAIGN, { at: Date.parse(time) }) },
  );
  const activities = template ? CampaignTemplate.buildActivities(template, campaign, useSettings().timezone) : [];
  return retryOnConflict(async () => {
    const tx = transaction();
    await requirePosition(tx, campaign);
    for (const activity of activities) tx.create(CampaignActivities, activity);
    return tx.create(Campaigns, campaign).commit(campaign);
  });
}

type CampaignFields = StoredFields<typeof fields>;

const amountFields = ["budget", "other_cost", "expected_revenue"] as const;

/** Checks what a schema cannot. Throws one error with all faults. Amounts and currency are in stored form in the result. */
async function validateFields<T extends CampaignFields>(
  next: T,
  current?: CampaignRecord,
): Promise<Omit<T, "currency"> & { currency: string }> {
  const details: ErrorDetail[] = [];
  const currency = next.currency ?? useSettings().currency;
  if (next.end_date && next.end_date < next.start_date)
    details.push({ field: "end_date", message: "Must not be before start_date" });
  const toCurrency = <A extends string | null>(field: string, amount: A): Promise<A> =>
    collectDetails(details, (async () => toCurrencyPrecision(field, amount, currency))(), amount);
  const amounts = await Promise.all(amountFields.map(async (field) => [field, await toCurrency(field, next[field])] as const));
  const resolved = await collectDetails(details, Master.resolveAll(fields, next, current), next);
  const budget_allocations = await Promise.all(
    next.budget_allocations.map(async ({ channel_id, amount }, place) => {
      const path = `budget_allocations[${place}]`;
      return {
        channel_id: await collectDetails(
          details,
          Master.resolve(MARKETING_CHANNELS, channel_id, `${path}.channel_id`, current ? channel_id : null),
          channel_id,
        ),
        amount: await toCurrency(`${path}.amount`, amount),
      };
    }),
  );
  const validated = { ...resolved, ...Object.fromEntries(amounts), budget_allocations, currency };
  if (!details.some(({ field }) => field.startsWith("budget"))) details.push(...findBudgetFaults(validated));
  if (details.length > 0) throw invalidAll(details);
  return validated;
}

/** The instants of the clocks of a campaign that follows its dates. */
const computeDateInstants = ({
  follows_dates,
  start_date,
  end_date,
}: Pick<CampaignFields, "follows_dates" | "start_date" | "end_date">): Pick<CampaignRecord, "starts_at" | "ends_at"> => {
  const { timezone } = useSettings();
  return {
    starts_at: follows_dates ? startOfDay(timezone, start_date) : null,
    ends_at: follows_dates && end_date ? endOfDay(timezone, end_date) : null,
  };
};

const filters = {
  status: statusField.status,
  type: oneOf(campaignTypes).optional(),
  parent: id(CAMPAIGN).optional().describe("Campaigns directly below this one"),
  paths: pathParameters(),
};

export const Query = listSchema(Campaigns, filters);

export const listQuery = listQueryFor(Campaigns, Query);

export const list = fn(Query, async (input): Promise<Page<CampaignRecord>> => listRecords(Campaigns, await listQuery(input)));

/** The definition of the list, for exports. */
export const listDefinition = {
  collection: Campaigns,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...ownerField },
};

/** Reads the stored record, for callers that change it. */
export const read = (campaignId: string): Promise<CampaignRecord> => Records.read(Campaigns, campaignId);

/** Reads a campaign with its figures. */
export const get = fn(IdInput, async ({ id: campaignId }) => withFigures(await read(campaignId)));

export const replace = fn(
  z.strictObject({
    ...fields,
    ...ownerField,
    ...statusField,
    custom_fields: CustomFields.inputSchema("campaign", "whole"),
    ...IdInput.shape,
  }),
  ({ id: campaignId, owner_id, status, custom_fields, ...input }) =>
    edit(campaignId, toStoredFields(fields, input), { owner_id, status, custom_fields }, {}),
);

const Patch = patchSchema({ ...fields, ...ownerField }).extend({
  ...statusField,
  custom_fields: CustomFields.inputSchema("campaign", "patch"),
  ...IdInput.shape,
});

export const update = fn(Patch, ({ id: campaignId, owner_id, status, custom_fields, ...patch }) =>
  edit(campaignId, toStoredPatch(fields, patch), { owner_id, status, custom_fields }, { patch: true }),
);

/** Parts of a change besides the plain fields. */
type EditOptions = Pick<CreateOptions, "owner_id" | "status" | "custom_fields">;

const edit = (
  campaignId: string,
  input: Partial<CampaignFields>,
  { owner_id: requestedOwner, status, custom_fields }: EditOptions,
  options: CustomFields.WriteOptions,
): Promise<CampaignRecord> =>
  Records.change(Campaigns, campaignId, async (current, tx) => {
    const resolved = await CustomFields.resolveTogether(
      "campaign",
      custom_fields,
      { ...options, current: current.custom_fields },
      validateFields({ ...current, ...input }, current),
    );
    const owner_id =
      requestedOwner === undefined
        ? current.owner_id
        : await User.resolveChangedOwner(current.owner_id, requestedOwner, ...OWNER_CHECK);
    const next = { ...resolved, ...computeDateInstants(resolved), owner_id };
    if (next.currency !== current.currency && (await hasMetrics(current.id)))
      throw conflict("The currency cannot be changed: the campaign has metrics in it", [
        { field: "currency", message: `The campaign has metrics in ${current.currency}: delete them first` },
      ]);
    await requirePosition(tx, next, current);
    return status === undefined ? next : withStatus(next, status);
  });

const hasMetrics = async (campaignId: string): Promise<boolean> => {
  const partition = { index: "by_related" as const, facets: { campaign_id: campaignId } };
  return (await listKeysAfter(CampaignMetrics, [partition], { order: "asc", after: undefined, limit: 1 })).length > 0;
};

/** Returns a campaign with another status. Throws CONFLICT if the transition does not exist. */
export function withStatus(campaign: CampaignRecord, status: CampaignStatus): CampaignRecord {
  if (campaign.status === status) return campaign;
  requireTransition(campaign.status, status);
  const time = Clock.now();
  return {
    ...campaign,
    status,
    status_changed_at: time,
    started_at: status === "IN_PROGRESS" ? (campaign.started_at ?? time) : campaign.started_at,
    finished_at: isOpenCampaign(status) ? null : time,
  };
}

const changeStatus = (status: CampaignStatus) =>
  fn(IdInput, ({ id: campaignId }) => Records.change(Campaigns, campaignId, (current) => withStatus(current, status)));

export const activate = changeStatus("IN_PROGRESS");
export const pause = changeStatus("ON_HOLD");
export const resume = changeStatus("IN_PROGRESS");
export const complete = changeStatus("COMPLETED");
export const cancel = changeStatus("CANCELLED");

const cloneFields = {
  name: name(255).optional().describe("The name of the campaign by default"),
  start_date: date().optional().describe("Today by default. The end date keeps its distance"),
};

/** Creates a draft with the fields of another campaign, without its members and figures. The caller owns it. */
export const clone = fn(IdInput.extend(cloneFields), async ({ id: campaignId, name: newName, start_date = today() }) => {
  const origin = await read(campaignId);
  const values = Object.fromEntries(Object.keys(fields).map((field) => [field, origin[field as keyof CampaignFields]]));
  const end_date = origin.end_date && addDays(start_date, daysBetween(origin.start_date, origin.end_date));
  return add(
    { ...(values as CampaignFields), name: newName ?? origin.name, start_date, end_date },
    { custom_fields: origin.custom_fields ?? {}, cloned_from_id: origin.id },
  );
});

/** Deletes a campaign. Campaigns below it must be deleted or moved first. */
export const remove = fn(IdInput, ({ id: campaignId }) =>
  Records.remove(Campaigns, campaignId, async (current) => {
    await requireUnreferenced(CAMPAIGN, [current.id], [CAMPAIGN]);
    return current;
  }),
);

/** Restores a campaign: below its parent, or at the top if the parent is gone by now. */
export const restore = fn(IdInput, ({ id: campaignId }) =>
  Records.restore(Campaigns, campaignId, async (current, tx) => ({ ...current, ...(await restorePosition(tx, current)) })),
);

async function restorePosition(tx: Transaction, campaign: CampaignRecord): Promise<Pick<CampaignRecord, "parent_campaign_id">> {
  const { parent_campaign_id } = campaign;
  if (!parent_campaign_id || !(await Records.load(Campaigns, parent_campaign_id, { live: true })))
    return { parent_campaign_id: null };
  await requirePosition(tx, campaign, { ...campaign, parent_campaign_id: null });
  return { parent_campaign_id };
}

const OWNER_CHECK = [campaignGrants.assign, "campaigns"] as const;

/** How an upsert matches existing campaigns. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: { campaign_number: matchByNumber(Campaigns, "campaign_number"), ...(await buildUniqueMatches(Campaigns)) },
});

export * as Campaign from "./campaign.ts";
