import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import { conflict, invalid, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { anyId, anyOf, id as idOf, instant, oneOf, text } from "../kernel/schema.ts";
import { type Path, paths } from "../message-template/merge-fields.rules.ts";
import { MESSAGE_TEMPLATE } from "../message-template/message-template.domain.ts";
import { filledIn, load as loadTemplate } from "../message-template/message-template.ts";
import { valuesAround } from "../message-template/values.ts";
import { phonePoint } from "../person/contact.ts";
import { read as readPerson } from "../person/identity.ts";
import { PERSON } from "../person/person.domain.ts";
import { type Resolution, resolve } from "../person/resolve.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { joined } from "./conversing.ts";
import { purposes } from "./gate.rules.ts";
import { type MessageRecord, Messages, Shown, type Stored } from "./message.entity.ts";
import { segmentsOf } from "./segments.rules.ts";
import { type NumberRecord, SmsNumbers } from "./sms-account/number.entity.ts";
import { SmsNumber } from "./sms-account/number.ts";
import { SmsSender } from "./sms-account/sender.ts";
import { SMS_SENDER } from "./sms-account/sms-account.domain.ts";
import { messageStatuses } from "./standing.rules.ts";

/** Messages that go out: each is written down first, and then sent once (docs/messages.md). */

export const Info = Shown;
export const Row = rowOf(Shown, Messages.definition.row);

const One = z.strictObject({ id: text(64) });

/** Ten segments: nobody reads more, and carriers part it. */
const LONGEST = 1530;
const AHEAD_DAYS = 366;

/** Security codes are the house's own: nobody writes them. */
const written = purposes.filter((purpose) => purpose !== "security") as ["marketing", "service"];

export const Send = z
  .strictObject({
    channel: oneOf(["sms", "email", "whatsapp"]),
    person_id: idOf(PERSON).optional(),
    to: text(50)
      .optional()
      .describe("A number as people of the tenant's country write it; whoever has it is the person, or becomes one"),
    sender_id: idOf(SMS_SENDER).optional().describe("The tenant's default unless told otherwise"),
    purpose: oneOf(written).default("service"),
    body: text(LONGEST).optional(),
    template_id: idOf(MESSAGE_TEMPLATE).optional(),
    related_to_id: anyId().optional().describe("The record whose fields the template names"),
    merge: z
      .partialRecord(oneOf(paths as [Path, ...Path[]]), text(500))
      .optional()
      .describe("Values of merge fields, before those of the record"),
    send_at: instant().optional().describe("At once unless told otherwise"),
  })
  .meta({ allOf: [anyOf(["person_id", "to"]), anyOf(["body", "template_id"])] });

export const send = fn(Send, async (input) => {
  const { channel, purpose, send_at = Clock.now() } = input;
  if (channel !== "sms") throw ruleViolation("Nothing goes out on this channel yet", [{ field: "channel", message: "Only sms" }]);
  if (Date.parse(send_at) > Clock.ms() + AHEAD_DAYS * 24 * 60 * 60 * 1000) throw invalid("send_at", "More than a year ahead");
  const number = await numberFor(input.sender_id);
  const words = await wordsOf(input);
  const { encoding, segments } = segmentsOf(words.body);
  return retryOnConflict(async () => {
    const tx = transaction();
    const { person, address } = await recipient(tx, input);
    const at = Clock.now();
    const isLate = send_at < at;
    const conversation = await joined(tx, { channel, number, address, person, direction: "out", text: words.body, at });
    const message = Records.born(Messages, {
      ...{ direction: "out" as const, channel, purpose, status: "queued" as const, conversation_id: conversation.id },
      ...{ person_id: person.id, sender_id: number.sender_id, sender_phone_number_id: number.id },
      ...{ service_account_id: number.account_id, from_address: number.number, to_address: address },
      ...words,
      ...{ encoding, segments, send_at: isLate ? at : send_at, queue: number.id },
      ...untried,
    });
    tx.create(Messages, message);
    return tx.commit(shown(message));
  });
});

/** What is not known of a message before somebody tries to send it. */
export const untried = {
  ...{ held_reason: null, sent_at: null, delivered_at: null, failed_at: null, received_at: null, error_code: null },
  ...{ error_message: null, provider_id: null, tries: 0, tried_at: null, settle_at: null },
} satisfies Partial<z.output<typeof Stored>>;

const internal = Messages.definition.internal ?? [];

/** Without what is the house's own. */
export const shown = (message: MessageRecord): z.output<typeof Shown> & MessageRecord =>
  Object.fromEntries(Object.entries(message).filter(([field]) => !internal.includes(field as never))) as MessageRecord;

export const get = fn(One, async ({ id }) => shown(await Records.read(Messages, id)));

export const list = fn(listSchema(Messages, { status: oneOf(messageStatuses).optional() }), (input) =>
  listRecords(Messages, queryOf(Messages, input)),
);

/** As long as nobody has it in hand. */
export const cancel = fn(One, ({ id }) =>
  Records.change(
    Messages,
    id,
    (current) => {
      if (current.status !== "queued") throw conflict(`It is ${current.status}: only a message that waits is taken back`);
      return { ...current, status: "failed" as const, queue: null, failed_at: Clock.now(), error_code: "canceled" };
    },
    { answer: shown },
  ),
);

/** From which number of a sender it goes. */
async function numberFor(sender_id: string | undefined): Promise<NumberRecord> {
  const sender = sender_id ?? (await SmsSender.defaultId());
  if (sender === undefined)
    throw ruleViolation("No sender is the default: name one", [{ field: "sender_id", message: "Required: there is no default" }]);
  const id = await SmsNumber.defaultId(sender);
  const number = id === undefined ? undefined : await Records.load(SmsNumbers, id, { live: true });
  if (!number)
    throw ruleViolation("The sender has no number that is its default: an administrator adds one", [
      { field: "sender_id", message: "Has no default number" },
    ]);
  return number;
}

interface Recipient {
  person: Resolution["person"];
  address: string;
}

/** Whoever is named, at their first number; or who has a number, and else becomes known by it. */
async function recipient(
  tx: Transaction,
  { person_id, to }: Pick<z.output<typeof Send>, "person_id" | "to">,
): Promise<Recipient> {
  if ((person_id === undefined) === (to === undefined)) throw invalid("to", "Give it or person_id, and not both");
  if (person_id !== undefined) {
    const person = await readPerson(person_id);
    const [address] = person.phones;
    if (address === undefined) throw invalid("person_id", "They have no telephone number that can be read");
    return { person, address };
  }
  const point = await phonePoint(to, useSettings().default_country);
  if (!point) throw invalid("to", "Not a telephone number that can be read");
  const address = point.normalized.split(";")[0] ?? point.normalized;
  const known = await resolve({ first_name: null, last_name: null, emails: [], phones: [address] });
  return { person: known.found ? known.person : await known.write(tx, null), address };
}

type Words = Pick<MessageRecord, "body" | "template_id" | "template_revision">;

/** What it says; a merge field without a value, and without another word for it, refuses it. */
async function wordsOf({ body, template_id, related_to_id, merge = {} }: z.output<typeof Send>): Promise<Words> {
  if ((body === undefined) === (template_id === undefined)) throw invalid("body", "Give it or template_id, and not both");
  if (template_id === undefined) return { body: said(body ?? "", "body"), template_id: null, template_revision: null };
  const template = await loadTemplate(template_id);
  if (!template) throw invalid("template_id", "No such record");
  if (template.channel !== "SMS") throw invalid("template_id", "It is of another channel");
  if (!template.is_active) throw invalid("template_id", "It is not active");
  const values = related_to_id === undefined ? {} : await valuesAround(related_to_id);
  const { text: filled, missing } = filledIn(template, { ...values, ...merge });
  if (missing.length > 0)
    throw ruleViolation(`There is no value for ${missing.join(", ")}: give it in merge, or another word for it in the template`, [
      ...missing.map((path) => ({ field: `merge.${path}`, message: "No value" })),
    ]);
  return { body: said(filled, "template_id"), template_id, template_revision: template.revision };
}

function said(body: string, field: string): string {
  if (body.trim() === "") throw invalid(field, "Says nothing");
  if (body.length > LONGEST) throw invalid(field, `Longer than ${LONGEST} characters`);
  return body;
}

export * as Message from "./message.ts";
