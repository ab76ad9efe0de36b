import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActor, useTenant } from "../../kernel/context.ts";
import { invalid, renameFields, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { anyId, id as idOf, oneOf, text } from "../../kernel/schema.ts";
import { Throttle } from "../../platform/auth/throttle.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { MAIL_ACCOUNT } from "../mail-account/mail-account.kind.ts";
import { SMS_SENDER } from "../sms-account/sms-account.kind.ts";
import { type Path, paths, sampleValues, type Values } from "../template/merge-fields.rules.ts";
import { get as getTemplate, loadRecordValues, renderTemplate, type Texts } from "../template/message-template.ts";
import type { Channel } from "./conversation.entity.ts";
import { addToTransaction, enqueue, type MessageDraft, resolveOrigin } from "./message.ts";
import { requireMergeValues, validateBody } from "./message-content.ts";

/**
 * Sends a template as a test to a user of the tenant, by default the caller. A test is a message marked as such: it is no contact
 * with a person, has no unsubscribe link, and does not count in limits, opens or clicks.
 */

/** Prefix of the subject or text, so that the message is recognized as a test. */
const TEST_PREFIX = "[Test] ";
const MAX_SUBJECT_LENGTH = 200;
/** Maximum number of tests in an hour to one address of a tenant: the recipient may not have requested them. */
const MAX_TESTS_PER_HOUR = 60;

export const TestInput = z.strictObject({
  id: text(64),
  user_id: idOf(USER).optional().describe("Another user of the tenant; defaults to the caller"),
  related_to_id: anyId().optional().describe("The record that supplies the merge fields of the template"),
  sample: z.boolean().optional().describe("Uses sample values instead of a record. Defaults to true without a record"),
  merge: z
    .partialRecord(oneOf(paths as [Path, ...Path[]]), text(500))
    .optional()
    .describe("Values of merge fields; they override those of the record"),
  sender_id: z
    .union([idOf(SMS_SENDER), idOf(MAIL_ACCOUNT)])
    .optional()
    .describe("Defaults to the tenant's default"),
});

export const send = fn(
  TestInput,
  async ({ id, user_id, related_to_id, sample = related_to_id === undefined, merge = {}, sender_id }) => {
    if (sample === (related_to_id !== undefined))
      throw invalid("related_to_id", "Exactly one of related_to_id and sample: true is required");
    const template = await getTemplate({ id });
    const channel: Channel = template.channel === "SMS" ? "sms" : "email";
    const to = await resolveUserAddress(channel, user_id);
    const values = related_to_id === undefined ? sampleValues : await loadRecordValues(template, related_to_id);
    const drafted = await draftTest({
      ...{ channel, to, sender_id, texts: template, values: { ...values, ...merge }, field: "id" },
      ...{ template_id: template.id, template_revision: template.revision },
    });
    return enqueue(drafted);
  },
);

/** A test of texts: of a template, or of a message that is written for one send. */
interface TextTest {
  channel: Channel;
  to: string;
  texts: Texts;
  values: Values;
  template_id: string | null;
  template_revision: number | null;
  sender_id: string | undefined;
  /** The field of the input that is at fault if the text is empty or too long. */
  field: string;
}

async function draftTest({ channel, to, texts, values, field, sender_id, ...template }: TextTest): Promise<MessageDraft> {
  const from = await resolveOrigin(channel, sender_id);
  const { subject, text: renderedText, html, missing } = renderTemplate(texts, values);
  requireMergeValues(missing);
  const marked = channel === "sms" ? `${TEST_PREFIX}${renderedText}` : renderedText;
  const words = {
    subject: channel === "sms" ? null : `${TEST_PREFIX}${subject ?? ""}`.slice(0, MAX_SUBJECT_LENGTH).toWellFormed(),
    ...{ body: validateBody(channel, marked, field), body_html: html, ...template },
  };
  await Throttle.attempt("mail", [`test of ${useTenant()} to ${channel} ${to}`, MAX_TESTS_PER_HOUR]);
  return {
    input: { channel, to, send_at: Clock.now() },
    purpose: "test",
    subscription_type: null,
    origin: from,
    content: words,
  };
}

/**
 * Sends texts with sample values as a test to users of the tenant, in one transaction. `field` is the list of users in the input. Returns `answer`, which
 * is stored for retries of a keyed request.
 */
export async function sendToUsers<A>(
  { users, field }: { users: readonly string[]; field: string },
  test: Omit<TextTest, "to" | "values">,
  answer: A,
): Promise<A> {
  const addresses: string[] = [];
  for (const [index, user] of users.entries())
    addresses.push(await renameFields(resolveUserAddress(test.channel, user), () => `${field}[${index}]`));
  const drafts: MessageDraft[] = [];
  for (const to of new Set(addresses)) drafts.push(await draftTest({ ...test, to, values: sampleValues }));
  return retryOnConflict(async () => {
    const tx = transaction();
    for (const drafted of drafts) await addToTransaction(tx, drafted);
    return tx.commit(answer);
  });
}

/** Returns the address of a user of the tenant. */
async function resolveUserAddress(channel: Channel, requestedId: string | undefined): Promise<string> {
  const actor = useActor();
  const userId = requestedId ?? (actor.type === "user" ? actor.id : undefined);
  if (userId === undefined) throw invalid("user_id", "Required if the caller is not a user");
  // Read now, because the user may just have entered the number.
  const [user] = await Directory.loadActive([userId]);
  if (!user) throw invalid("user_id", "No active user has this id");
  const address = channel === "email" ? user.email : user.phone_number;
  if (!address) throw ruleViolation("The user has no telephone number", [{ field: "user_id", message: "Has no phone_number" }]);
  return address;
}

export * as TemplateTest from "./template-test.ts";
