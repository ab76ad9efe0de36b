import { Clock } from "../../kernel/clock.ts";
import { countSegments } from "../../lib/text-message/segments.rules.ts";
import { Person } from "../../people/person/person.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { SmsNumbers } from "../sms-account/number.entity.ts";
import { Conversations } from "./conversation.entity.ts";
import { addToConversation } from "./conversation-routing.ts";
import { Messages } from "./message.entity.ts";
import { initialDeliveryFields } from "./message.ts";

/** Replies of other domains in a conversation, from the same number. */

/** Maximum number of characters of a text message. */
export const MAX_TEXT_LENGTH = 1530;

/** The address of the reply, or why nothing was sent. */
export type ReplyResult = { because: "NO_ADDRESS" | "TOO_LONG" } | { to: string };

/** Sends a reply once for an id, which the caller derives from the cause of the reply. The message contains the delivery status. */
export const sendInConversation = (conversation_id: string, { id, body }: { id: string; body: string }): Promise<ReplyResult> =>
  retryOnConflict(async (): Promise<ReplyResult> => {
    const conversation = await Records.load(Conversations, conversation_id, { live: true });
    const person = conversation && (await Person.resolveMerged(conversation.person_id));
    const number = conversation?.number_id ? await Records.load(SmsNumbers, conversation.number_id, { live: true }) : undefined;
    if (!conversation || !person || person.deleted_at || !number) return { because: "NO_ADDRESS" };
    const { address } = conversation;
    if (await Records.load(Messages, id)) return { to: address };
    if (body.length > MAX_TEXT_LENGTH) return { because: "TOO_LONG" };
    const tx = transaction();
    const identity = { sender_id: number.sender_id, number_id: number.id, mail_account_id: null };
    const now = Clock.now();
    await addToConversation(tx, {
      channel: "sms",
      channelIdentity: identity,
      address,
      person,
      direction: "out",
      text: body,
      messageTime: now,
    });
    const { encoding, segments } = countSegments(body);
    const message = Records.init(
      Messages,
      {
        ...{ direction: "out" as const, channel: "sms" as const, purpose: "service" as const, status: "queued" as const },
        ...{ conversation_id, person_id: person.id, sender_id: number.sender_id, sender_phone_number_id: number.id },
        ...{ service_account_id: number.account_id, mail_account_id: null, from_address: number.number, to_address: address },
        ...{ subject: null, body, body_html: null, template_id: null, template_revision: null, encoding, segments },
        ...{ send_at: now, queue: number.id, ...initialDeliveryFields },
      },
      { id },
    );
    return tx.create(Messages, message, () => new WriteConflict("The reply was created concurrently")).commit({ to: address });
  });

export * as Reply from "./reply.ts";
