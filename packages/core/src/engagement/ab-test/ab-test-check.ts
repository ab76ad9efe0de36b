import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { oneOf } from "../../kernel/schema.ts";
import { Finding } from "../../messaging/template/mail-finding.ts";
import { Records } from "../../storage/write/records.ts";
import { requireInCampaign } from "../campaign/campaign-child.ts";
import { CampaignLookup } from "../campaign/campaign-lookup.ts";
import { checkFields, SendCheck } from "../email-send/send-check.ts";
import { AbTests } from "./ab-test.entity.ts";
import { AbTest, TestIdInput } from "./ab-test.ts";
import { buildSampleDraft, pickReplaced } from "./ab-test-send.ts";
import { needsTracking, variantIds } from "./ab-test-status.rules.ts";

/** The check of an A/B test before its start: each variant, and how many persons are in the sample. Writes nothing. */

const count = () => z.number().int();

export const Result = z.object({
  ...checkFields,
  content: z.array(Finding.extend({ variants: z.array(oneOf(variantIds)).describe("The variants that have it") })),
  recipients: checkFields.recipients.describe("Persons of the whole audience who would get a mail: a variant or the winner"),
  variants: z.array(z.object({ id: oneOf(variantIds), recipients: count() })).describe("Persons who would get each variant"),
  sample: count().describe("Persons of the sample: the sum of the variants"),
  rest: count().describe("Persons who would get the winner"),
  needs_tracking: z.boolean().describe("Whether opens or clicks decide the test: it then starts only if its mails are tracked"),
});

/** Checks a draft as it would start now. Throws RULE_VIOLATION if it cannot start. */
export const check = fn(TestIdInput, async ({ id: campaignId, ab_test_id }): Promise<z.output<typeof Result>> => {
  const campaign = await CampaignLookup.read(campaignId);
  const test = requireInCampaign(await Records.read(AbTests, ab_test_id), campaign.id);
  AbTest.requireStatus(test, "checked", ["DRAFT"]);
  const draft = await buildSampleDraft(test, campaign);
  const { variants, ...counts } = await SendCheck.countAudience(draft);
  const sample = variants.reduce((sum, number) => sum + number, 0);
  const byFinding = new Map<string, z.output<typeof Result>["content"][number]>();
  for (const variant of test.variants)
    for (const finding of await SendCheck.checkContent({ ...draft, ...pickReplaced(variant), sample: null })) {
      const key = JSON.stringify(finding);
      const known = byFinding.get(key);
      byFinding.set(key, { ...finding, variants: [...(known?.variants ?? []), variant.id] });
    }
  return {
    ...counts,
    content: [...byFinding.values()],
    variants: test.variants.map(({ id }, index) => ({ id, recipients: variants[index] ?? 0 })),
    ...{ sample, rest: counts.recipients - sample, needs_tracking: needsTracking(test.success_metric) },
  };
});

export * as AbTestCheck from "./ab-test-check.ts";
