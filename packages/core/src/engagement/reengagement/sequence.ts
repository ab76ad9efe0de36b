import { ruleViolation } from "../../kernel/error.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { SMS_SENDER } from "../../messaging/sms-account/sms-account.kind.ts";
import { load as loadTemplate } from "../../messaging/template/message-template.ts";
import { Records } from "../../storage/write/records.ts";
import type { BatchRecord } from "./batch.entity.ts";
import { validateSteps } from "./sequence.rules.ts";

/** Refuses a sequence with a template or sender that is missing, inactive or of another channel than its step. */
export async function requireSequence(sequence: BatchRecord["sequence"]): Promise<void> {
  const stepReferences = await Promise.all(
    sequence.map(async ({ channel, template_id, sender_id }) => ({
      channel,
      template: await loadTemplate(template_id),
      sender: sender_id === null ? null : await findChannel(sender_id),
    })),
  );
  const details = validateSteps(stepReferences);
  if (details.length > 0) throw ruleViolation("The sequence has invalid templates or senders", details);
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
