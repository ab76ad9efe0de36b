import * as z from "zod";
import { useActorId } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, invalidAll, notFound, renameFields, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { requireInCampaign } from "../campaign/campaign-child.ts";
import { CampaignLookup } from "../campaign/campaign-lookup.ts";
import { EmailSend } from "../email-send/email-send.ts";
import {
  type AbTestRecord,
  AbTests,
  fields,
  Stored,
  type StoredVariant,
  type VariantInput,
  variantsField,
} from "./ab-test.entity.ts";
import { type AbTestStatus, abTestStatuses, variantIds } from "./ab-test-status.rules.ts";
import { findTestFaults } from "./variant-faults.rules.ts";

/** The A/B tests of campaigns, as users write them (docs/engagement/campaigns.md, A/B tests). */

export { fields, variantsField } from "./ab-test.entity.ts";
export { inferTestedPart } from "./variant-faults.rules.ts";

export const Info = Stored.omit({ written_by: true });
export const Row = rowSchema(Info, AbTests.definition.row);

const Query = listSchema(AbTests, { status: oneOf(abTestStatuses).optional() }).extend(IdInput.shape);

export const list = fn(Query, async ({ id: campaignId, ...input }) => {
  const campaign = await CampaignLookup.read(campaignId);
  return listRecords(AbTests, { ...buildListQuery(AbTests, input), parent: campaign.id });
});

export const Create = z.strictObject({ ...fields, ...variantsField, ...IdInput.shape });

export const create = fn(Create, async ({ id: campaignId, variants, ...input }) => {
  const campaign = await CampaignLookup.read(campaignId);
  const test = await buildTest(campaign.id, { ...toStoredFields(fields, input), variants: toStoredVariants(variants) });
  return transaction()
    .requireLive(campaign.id, () => notFound())
    .create(AbTests, test)
    .commit(test);
});

type TestFields = StoredFields<typeof fields> & Pick<AbTestRecord, "variants">;

/** Builds a draft. Throws one error with all faults. */
export const buildTest = async (campaign_id: string, values: TestFields): Promise<AbTestRecord> =>
  Records.init(AbTests, {
    ...(await validateTest(values)),
    ...{ campaign_id, status: "DRAFT", start_date: null, end_date: null, started_by: null, sample_send_id: null },
    ...{ sample_sent_at: null, rest_send_id: null, decide_at: null, decision: null, winning_variant: null },
    ...{ is_waiting: false, error: null, written_by: [] },
  });

/** Gives variants their ids by position. */
export const toStoredVariants = (variants: readonly VariantInput[]): StoredVariant[] =>
  variants.map(({ subject = null, template_id = null, content = null, sender_id = null, send_at = null, share }, index) => ({
    ...{ id: variantIds[index] ?? "A", subject, template_id, content, sender_id, send_at, share },
  }));

export const TestIdInput = IdInput.extend({ ab_test_id: text(64) });

/** Reads a test of a campaign that the caller sees. */
export async function read({ id: campaignId, ab_test_id }: z.output<typeof TestIdInput>): Promise<AbTestRecord> {
  const campaign = await CampaignLookup.read(campaignId);
  return requireInCampaign(await Records.read(AbTests, ab_test_id), campaign.id);
}

export const get = fn(TestIdInput, read);

export const update = fn(
  patchSchema(fields).extend({ variants: variantsField.variants.optional(), ...TestIdInput.shape }),
  async ({ id: campaignId, ab_test_id, variants, ...patch }) => {
    const campaign = await CampaignLookup.read(campaignId);
    return Records.change(AbTests, ab_test_id, async (current) => {
      requireStatus(requireInCampaign(current, campaign.id), "changed", ["DRAFT"]);
      const changed = variants === undefined ? {} : { variants: toStoredVariants(variants) };
      const written_by = [...new Set([...current.written_by, useActorId()])];
      return validateTest({ ...current, ...toStoredPatch(fields, patch), ...changed, written_by }, current);
    });
  },
);

export const remove = fn(TestIdInput, async ({ id: campaignId, ab_test_id }) => {
  const campaign = await CampaignLookup.read(campaignId);
  return Records.remove(AbTests, ab_test_id, (current) => {
    requireStatus(
      requireInCampaign(current, campaign.id),
      "deleted",
      abTestStatuses.filter((status) => status !== "RUNNING"),
    );
    return current;
  });
});

/** Throws RULE_VIOLATION on `status` unless the test has one of these statuses. */
export function requireStatus({ status }: AbTestRecord, action: string, allowed: readonly AbTestStatus[]): void {
  if (allowed.includes(status)) return;
  throw ruleViolation(`An A/B test that is ${status} cannot be ${action}`, [
    { field: "status", message: `The status is ${status}, not ${allowed.join(", ")}` },
  ]);
}

/** Checks what a schema cannot. Throws one error with all faults. */
async function validateTest<T extends TestFields>(next: T, current?: AbTestRecord): Promise<T> {
  const details: ErrorDetail[] = findTestFaults(next);
  const resolved = await collectDetails(details, Master.resolveAll(fields, next, current), next);
  for (const [index, { template_id, sender_id }] of next.variants.entries()) {
    if (template_id !== null && !(await Records.isVisible(MESSAGE_TEMPLATE, template_id)))
      details.push({ field: `variants[${index}].template_id`, message: "No such template" });
    if (sender_id !== null && !(await Records.isVisible(MAIL_ACCOUNT, sender_id)))
      details.push({ field: `variants[${index}].sender_id`, message: "No such account" });
  }
  const content = await buildContent(details, next.content, current?.content, "content");
  const variants: StoredVariant[] = [];
  for (const [index, variant] of next.variants.entries()) {
    const path = `variants[${index}].content`;
    variants.push({ ...variant, content: await buildContent(details, variant.content, current?.variants[index]?.content, path) });
  }
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, content, variants };
}

type Content = AbTestRecord["content"];

/** Checks a content and makes its bodies. Adds its faults to the details, with the field of the content before them. */
const buildContent = (details: ErrorDetail[], content: Content, before: Content | undefined, path: string): Promise<Content> => {
  const built = EmailSend.buildContent({ channel: "email", content }, before === undefined ? undefined : { content: before });
  const named = renameFields(built, (field) => field.replace(/^content/, () => path));
  return collectDetails(details, named, content);
};

export * as AbTest from "./ab-test.ts";
