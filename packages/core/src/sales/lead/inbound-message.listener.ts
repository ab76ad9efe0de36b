import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { InboundRule } from "../../messaging/message/inbound-routing.ts";
import { MessageLookup } from "../../messaging/message/message-lookup.ts";
import { Person } from "../../people/person/person.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Lead } from "./lead.ts";

/**
 * Creates a lead when an unknown person writes to a number or address whose rule creates leads: one for the first message, even if the
 * event arrives twice or late (docs/sales/leads.md, Of messages). A person with an open lead gets no other.
 */
export const onMessageReceived = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => retryOnConflict(() => createFromMessage(record_id)));

/** Seconds for which the lock of a processed message is stored: longer than an event can be redelivered. */
const PROCESSED_TTL_SECONDS = 60 * 24 * 60 * 60;

const processedKey = (message: string): Key => ({ pk: tenantKey(useTenant(), "ONCE", `lead-of-${message}`), sk: "once" });

const MAX_DESCRIPTION_LENGTH = 2000;

async function createFromMessage(id: string): Promise<void> {
  const message = await MessageLookup.load(id);
  if (message?.makes !== "lead") return;
  if (await readItem(processedKey(id))) return;
  const person = await Person.resolveMerged(message.person_id);
  if (!person || person.deleted_at || (await Lead.findNewestOpen(Person.listIds(person)))) return;
  const { owner_id, source_id } = await InboundRule.loadForMessage(message);
  const { channel, from_address, body, subject } = message;
  const description = [subject, body].filter(Boolean).join("\n\n").slice(0, MAX_DESCRIPTION_LENGTH).toWellFormed();
  const contactPoint = channel === "sms" ? { phone: from_address } : { email: from_address };
  const input = {
    ...contactPoint,
    personal_key_id: person.id,
    description: description,
    ...(owner_id === undefined ? {} : { owner_id }),
  };
  const draft = await Lead.prepare(input, { unproved: true, overrides: { lead_source_id: source_id } });
  const tx = transaction().put(
    { ...processedKey(id), ttl: Clock.toEpochSeconds(Clock.now()) + PROCESSED_TTL_SECONDS },
    { condition: "attribute_not_exists(pk)", rejection: () => new WriteConflict("The message already became a lead") },
  );
  await Lead.add(tx, draft.lead, draft.choice);
  await draft.person.write(tx, draft.lead.id);
  await tx.commit(undefined);
}
