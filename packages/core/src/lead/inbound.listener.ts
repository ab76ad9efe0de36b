import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import type { DomainEvent } from "../kernel/event.ts";
import { InboundRule } from "../message/inbound.ts";
import { KeptMessage } from "../message/kept.ts";
import { Person } from "../person/person.ts";
import { get } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Lead } from "./lead.ts";

/**
 * Who wrote to a number or an address whose rule makes leads, and was not known, becomes one: of their first message, once, whatever comes
 * twice or late (docs/leads.md, Of messages). Who has a lead by then needs no other.
 */
export const hear = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.asConfigured(() => retryOnConflict(() => made(record_id)));

/** Seconds for which it is known that a message has become a lead: longer than events wait to be told again. */
const KNOWN = 60 * 24 * 60 * 60;

const onceOf = (message: string): Key => ({ pk: tenantKey(useTenant(), "ONCE", `lead-of-${message}`), sk: "once" });

const LONGEST = 2000;

async function made(id: string): Promise<void> {
  const message = await KeptMessage.load(id);
  if (message?.makes !== "lead") return;
  if (await get(onceOf(id))) return;
  const person = await Person.living(message.person_id);
  if (!person || person.deleted_at || (await Lead.newestOpenOf(Person.idsOf(person)))) return;
  const { owner_id, source_id: lead_source_id } = await InboundRule.ruleOf(message);
  const { channel, from_address, body, subject } = message;
  const said = [subject, body].filter(Boolean).join("\n\n").slice(0, LONGEST).toWellFormed();
  const by = channel === "sms" ? { phone: from_address } : { email: from_address };
  const input = { ...by, personal_key_id: person.id, description: said, ...(owner_id === undefined ? {} : { owner_id }) };
  const born = await Lead.prepare(input, { unproved: true, fixed: { lead_source_id } });
  const tx = transaction().put(
    { ...onceOf(id), ttl: Clock.epoch(Clock.now()) + KNOWN },
    { condition: "attribute_not_exists(pk)", refused: () => new Moved("It became a lead a moment ago") },
  );
  await Lead.add(tx, born.lead, born.choice);
  await born.person.write(tx, born.lead.id);
  await tx.commit(undefined);
}
