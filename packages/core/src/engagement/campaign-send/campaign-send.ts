import * as z from "zod";
import { invalid, notFound, renameFields } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, instant, name } from "../../kernel/schema.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { SMS_SENDER } from "../../messaging/sms-account/sms-account.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { AbTest } from "../ab-test/ab-test.ts";
import { AbTestLifecycle } from "../ab-test/ab-test-lifecycle.ts";
import { Campaign } from "../campaign/campaign.ts";
import { requireSending } from "../campaign/campaign-status.rules.ts";
import type { SendChannel } from "../email-send/email-send.rules.ts";
import { EmailSend } from "../email-send/email-send.ts";

/** Mails and text messages to the members of a campaign: each request makes one send, which starts at once or at its time. */

const { template_id, content, subject, local_time, throttle_per_hour, member_status, exclude_segment_ids } = EmailSend.fields;
const { subscription_type, tracks } = EmailSend.fields;

/** The most users who get a test of the message. */
const MAX_TEST_USERS = 5;

const commonFields = {
  ...{ template_id, content, local_time, throttle_per_hour, member_status, subscription_type },
  name: name(255).optional().describe("Name of the send. Default: that of the campaign"),
  exclude_segments: exclude_segment_ids,
  schedule_at: instant().optional().describe("When the send starts. Default: at once"),
  test_to: z
    .array(id(USER))
    .min(1)
    .max(MAX_TEST_USERS)
    .optional()
    .describe("Users who get the message as a test, with sample values. No send is made, and members get nothing"),
};

const { sample_percent, success_metric, minimum_sample_size, confidence_level, decide_after_hours, without_winner } =
  AbTest.fields;
const TestSettings = z.strictObject({
  ...{ sample_percent, success_metric, minimum_sample_size, confidence_level, decide_after_hours, without_winner },
});

export const EmailInput = z.strictObject({
  ...IdInput.shape,
  ...commonFields,
  ...{ subject, tracks },
  sender_id: id(MAIL_ACCOUNT).nullish().describe("Default: the tenant's default account"),
  variants: AbTest.variantsField.variants
    .optional()
    .describe("Starts an A/B test of these variants. They differ in the part that they name: subject, content, sender or time"),
  ab_test: TestSettings.optional().describe("Settings of the test of `variants`"),
});

export const SmsInput = z.strictObject({
  ...IdInput.shape,
  ...commonFields,
  sender_id: id(SMS_SENDER).nullish().describe("Default: the tenant's default sender"),
});

export const Result = z.object({
  send_id: z.string().nullable().describe("The send, an email send record; null for a test"),
  ab_test_id: z.string().nullable().describe("The A/B test of `variants`; its sample is the send"),
});

type EmailValues = z.output<typeof EmailInput>;
type Input = Omit<EmailValues, "variants" | "ab_test"> | z.output<typeof SmsInput>;

const fieldNames: Readonly<Record<string, string>> = {
  scheduled_send_time: "schedule_at",
  exclude_segment_ids: "exclude_segments",
};

/** Returns the name that a field of a send has in the input. */
const toInputName = (field: string): string => field.replace(/^\w+/, (word) => fieldNames[word] ?? word);

const createSend = (channel: SendChannel, { id: campaignId, test_to, schedule_at, exclude_segments, ...input }: Input) =>
  renameFields(
    (async (): Promise<z.output<typeof Result>> => {
      const campaign = await Campaign.read(campaignId);
      const draft = await EmailSend.build({
        ...{ ...input, name: input.name ?? campaign.name, channel, campaign_id: campaign.id, to_members: true },
        exclude_segment_ids: exclude_segments,
      });
      if (test_to) {
        const [texts, template] = await EmailSend.loadTexts(draft);
        const test = {
          ...{ channel, texts, sender_id: draft.sender_id ?? undefined, field: draft.content ? "content" : "template_id" },
          ...{ template_id: template?.id ?? null, template_revision: template?.revision ?? null },
        };
        const { TemplateTest } = await import("../../messaging/message/template-test.ts");
        return TemplateTest.sendToUsers({ users: test_to, field: "test_to" }, test, { send_id: null, ab_test_id: null });
      }
      if (schedule_at === undefined && draft.local_time === null) requireSending(campaign.status, false);
      return retryOnConflict(async () => {
        const tx = transaction().requireLive(campaign.id, () => notFound());
        const send = await EmailSend.submit(tx, draft, schedule_at);
        requireSending(campaign.status, EmailSend.isForLater(send));
        return tx.create(EmailSend.EmailSends, send).commit({ send_id: send.id, ab_test_id: null });
      });
    })(),
    toInputName,
  );

export const sendEmail = fn(EmailInput, ({ variants, ab_test, ...input }) => {
  if (variants) return startTest(input, variants, ab_test ?? TestSettings.parse({}));
  if (ab_test) throw invalid("variants", "Required with ab_test");
  return createSend("email", input);
});

/** Starts an A/B test whose sample is the send. Its winner goes to the other members. */
const startTest = (
  { id: campaignId, test_to, local_time, schedule_at, exclude_segments, ...input }: Omit<EmailValues, "variants" | "ab_test">,
  variants: NonNullable<EmailValues["variants"]>,
  settings: z.output<typeof TestSettings>,
): Promise<z.output<typeof Result>> =>
  renameFields(
    (async () => {
      if (test_to) throw invalid("test_to", "Cannot be combined with variants: test each mail by itself");
      if (local_time) throw invalid("local_time", "Cannot be combined with variants: variants can name times of their own");
      const campaign = await Campaign.read(campaignId);
      const values = { ...input, ...settings, variants, tests: AbTest.inferTestedPart(variants) };
      const name = toSingleLine(input.name ?? campaign.name, MAX_TEST_NAME_LENGTH);
      const test = await AbTestLifecycle.createStarted(
        campaign,
        { ...values, name, exclude_segment_ids: exclude_segments },
        schedule_at,
      );
      return { send_id: test.sample_send_id, ab_test_id: test.id };
    })(),
    toInputName,
  );

const MAX_TEST_NAME_LENGTH = 200;

export const sendSms = fn(SmsInput, (input) => createSend("sms", input));

export * as CampaignSend from "./campaign-send.ts";
