import { InboundMail } from "../inbound-mail/inbound-mail.ts";
import { useSettings } from "../kernel/context.ts";
import type { DomainEvent } from "../kernel/event.ts";
import { derivedId, timeOf } from "../kernel/id.ts";
import { emailPoint } from "../person/contact.ts";
import { resolve } from "../person/resolve.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { joined } from "./conversing.ts";
import { dated } from "./dated.ts";
import { madeBy } from "./inbound.rules.ts";
import { InboundRule } from "./inbound.ts";
import { wishIn } from "./keywords.rules.ts";
import { MESSAGE } from "./message.domain.ts";
import { Messages } from "./message.entity.ts";
import { untried } from "./message.ts";

/**
 * A mail that came to the address of an account joins its conversation, as a text message does. Its message's id is made of the mail's: it is
 * there once, whatever comes twice, late or at once. What came to the address of tickets is theirs alone (docs/messages.md, What comes in).
 */
export const takeIn = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.asConfigured(() => retryOnConflict(() => handle(record_id)));

async function handle(id: string): Promise<void> {
  const record = await InboundMail.load(id);
  if (!record || record.status === "SET_ASIDE") return;
  const rule = await InboundRule.ruleOfMail(record.recipients);
  if (!rule) return;
  const own = derivedId(MESSAGE, timeOf(id), id);
  if (await Records.load(Messages, own)) return;
  const address = emailPoint(record.sender)?.normalized;
  const aside = asideBecause(record, address);
  if (aside !== undefined || address === undefined) return rule.makes === "ticket" ? undefined : alone(record, aside);
  const text = await textOf(record);
  const { account } = rule;
  const known = await resolve({ ...namesIn(record.sender_name), emails: [address], phones: [], unproved: true });
  const tx = transaction();
  const person = known.found ? known.person : await known.write(tx, null);
  const at = record.created_at;
  const subject = record.subject.slice(0, LONGEST_SUBJECT).toWellFormed() || "(No subject)";
  const conversation = await joined(tx, {
    ...{ channel: "email", address, person, direction: "in", text: subject, at },
    ours: { sender_id: null, number_id: null, mail_account_id: account.id },
  });
  const wish = wishIn(text.split("\n\n(")[0] ?? "", useSettings().stop_words);
  const come = Records.born(
    Messages,
    {
      ...{ direction: "in" as const, channel: "email" as const, purpose: null, status: "received" as const },
      ...{ conversation_id: conversation.id, person_id: person.id, sender_id: null, sender_phone_number_id: null },
      ...{ service_account_id: null, mail_account_id: account.id, from_address: address, to_address: account.address },
      ...{ subject, body: text, body_html: null, template_id: null, template_revision: null, encoding: null, segments: null },
      ...{ send_at: null, queue: null, ...untried, received_at: at },
      makes: madeBy({ inbound_makes: rule.makes, wish, isKnown: known.found }),
    },
    { id: own },
  );
  const message = dated(come);
  tx.create(Messages, message, () => new Moved("It was taken in a moment ago"));
  // Of what makes a ticket, that domain says that it is handled: with the ticket.
  if (message.makes !== "ticket" && isWaiting(record))
    InboundMail.handled(tx, record, { status_because: `It joined the conversation ${conversation.id}` });
  await tx.commit(undefined);
}

const isWaiting = ({ status }: InboundMail.Record): boolean => status === "RECEIVED" || status === "TOO_LARGE";

/** What no person has written is no word of a conversation, nor what somebody else may have written in their name. */
function asideBecause({ kind, dmarc }: InboundMail.Record, address: string | undefined): string | undefined {
  if (kind !== "message" && kind !== "calendar") return "A program wrote it";
  if (dmarc === "fail") return "The domain of its sender says that it has not sent it";
  return address === undefined ? "Its sender has no address" : undefined;
}

const alone = async (record: InboundMail.Record, status_because: string | undefined): Promise<void> => {
  if (isWaiting(record))
    await InboundMail.handled(transaction(), record, { status_because: status_because ?? null }).commit(undefined);
};

const LONGEST_SUBJECT = 255;
const LONGEST_TEXT = 20_000;
const MOST_NAMED = 20;

/** What is new in it; files stay with the mail, and are named. */
async function textOf(record: InboundMail.Record): Promise<string> {
  if (record.status === "TOO_LARGE" || record.status_because?.startsWith("Larger"))
    return `(It has ${record.size} bytes, too many to be read)`;
  const { answer, attachments } = await InboundMail.mailOf(record);
  const said = answer.trim().slice(0, LONGEST_TEXT).toWellFormed() || "(No text)";
  const named = attachments.slice(0, MOST_NAMED).map(({ name }) => name.slice(0, 60));
  return named.length === 0 ? said : `${said}\n\n(With it came ${named.join(", ")})`;
}

function namesIn(name: string | null) {
  const [first_name = null, ...rest] = (name ?? "").slice(0, 200).toWellFormed().split(/\s+/).filter(Boolean);
  return { first_name, last_name: rest.join(" ") || null };
}
