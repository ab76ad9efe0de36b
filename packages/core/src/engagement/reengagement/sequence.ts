import { collectDetails, invalid, ruleViolation } from "../../kernel/error.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { SMS_SENDER } from "../../messaging/sms-account/sms-account.kind.ts";
import { loadRevisionIds, load as loadTemplate } from "../../messaging/template/message-template.ts";
import { SUBSCRIPTION_TYPES } from "../../people/suppression/subscription-type.masters.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Records } from "../../storage/write/records.ts";
import type { BatchRecord } from "./batch.entity.ts";
import { validateSteps } from "./sequence.rules.ts";

type Steps = BatchRecord["sequence"];

/**
 * Returns the sequence with the codes of its subscription types. Refuses a template, sender or subscription type that is missing, inactive or of another
 * channel than its step.
 */
export async function resolveSequence(sequence: Steps): Promise<Steps> {
  const stepReferences = await Promise.all(
    sequence.map(async ({ channel, template_id, sender_id }) => ({
      channel,
      template: await loadTemplate(template_id),
      sender: sender_id === null ? null : await findChannel(sender_id),
    })),
  );
  const details = validateSteps(stepReferences);
  const steps = await Promise.all(
    sequence.map((step, index) => collectDetails(details, resolveType(step, `sequence[${index}].subscription_type`), step)),
  );
  if (details.length > 0) throw ruleViolation("The sequence has invalid templates, senders or subscription types", details);
  return steps;
}

/** Returns the ids of the present revisions of the steps' templates: those of deleted ones too, which may be restored. */
export async function findRevisions(sequence: Steps): Promise<(string | null)[]> {
  const revisions = await loadRevisionIds([...new Set(sequence.map(({ template_id }) => template_id))]);
  return sequence.map(({ template_id }) => revisions[template_id] ?? null);
}

/** Returns the step with the code of its subscription type. */
async function resolveType(step: Steps[number], field: string): Promise<Steps[number]> {
  if (step.subscription_type === undefined) return step;
  const code = await Master.resolveCode(SUBSCRIPTION_TYPES, step.subscription_type, field);
  const fault = SubscriptionTypes.findFault(await SubscriptionTypes.load(code), step.channel);
  if (fault !== undefined) throw invalid(field, fault);
  return { ...step, subscription_type: code };
}

const senderKinds: readonly (readonly [Kind, "sms" | "email"])[] = [
  [SMS_SENDER, "sms"],
  [MAIL_ACCOUNT, "email"],
];

/** Returns the channel of a live sender or mail account; undefined if it does not exist. */
async function findChannel(id: string): Promise<"sms" | "email" | undefined> {
  const [kind, channel] = senderKinds.find(([senderKind]) => isId(id, senderKind)) ?? [];
  return kind && (await Records.exists(kind, id)) ? channel : undefined;
}
