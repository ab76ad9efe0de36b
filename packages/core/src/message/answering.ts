import { Clock } from "../kernel/clock.ts";
import { Person } from "../person/person.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Conversations } from "./conversation.entity.ts";
import { joined } from "./conversing.ts";
import { Messages } from "./message.entity.ts";
import { untried } from "./message.ts";
import { segmentsOf } from "./segments.rules.ts";
import { SmsNumbers } from "./sms-account/number.entity.ts";

/** What another domain says to somebody where they wrote to us: from the same number, in the same conversation. */

/** Characters of a text message. */
export const LONGEST = 1530;

/** Why nothing went out; else to whom it goes. */
export type Answered = { because: "NO_ADDRESS" | "TOO_LONG" } | { to: string };

/** Once for an id, which the caller derives from what it is about. What becomes of it says the message. */
export const inConversation = (conversation_id: string, { id, body }: { id: string; body: string }): Promise<Answered> =>
  retryOnConflict(async (): Promise<Answered> => {
    const conversation = await Records.load(Conversations, conversation_id, { live: true });
    const person = conversation && (await Person.living(conversation.person_id));
    const number = conversation?.number_id ? await Records.load(SmsNumbers, conversation.number_id, { live: true }) : undefined;
    if (!conversation || !person || person.deleted_at || !number) return { because: "NO_ADDRESS" };
    const { address } = conversation;
    if (await Records.load(Messages, id)) return { to: address };
    if (body.length > LONGEST) return { because: "TOO_LONG" };
    const tx = transaction();
    const ours = { sender_id: number.sender_id, number_id: number.id, mail_account_id: null };
    const at = Clock.now();
    await joined(tx, { channel: "sms", ours, address, person, direction: "out", text: body, at });
    const { encoding, segments } = segmentsOf(body);
    const message = Records.born(
      Messages,
      {
        ...{ direction: "out" as const, channel: "sms" as const, purpose: "service" as const, status: "queued" as const },
        ...{ conversation_id, person_id: person.id, sender_id: number.sender_id, sender_phone_number_id: number.id },
        ...{ service_account_id: number.account_id, mail_account_id: null, from_address: number.number, to_address: address },
        ...{ subject: null, body, body_html: null, template_id: null, template_revision: null, encoding, segments },
        ...{ send_at: at, queue: number.id, ...untried },
      },
      { id },
    );
    return tx.create(Messages, message, () => new Moved("It was written a moment ago")).commit({ to: address });
  });

export * as Answering from "./answering.ts";
