import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { isId } from "../../kernel/id.ts";
import { MessageLookup } from "../../messaging/message/message-lookup.ts";
import { ACTIVITY_TYPES } from "../../people/activity/activity.masters.ts";
import { Activity } from "../../people/activity/activity.ts";
import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { Person } from "../../people/person/person.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { Membership } from "./membership.ts";
import { onPurchaseEvent } from "./purchases.ts";
import { REENGAGEMENT_MEMBER } from "./reengagement.kind.ts";
import { classifyActivity, classifyInteraction, type Signal } from "./signal.rules.ts";
import { applyMessageResult } from "./step-results.ts";

/** Handles the events that concern members of batches. Repeated, late and reordered events lead to the same result. */
export const onMemberEvent = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => dispatchEvent(event));

async function dispatchEvent(event: DomainEvent): Promise<void> {
  const [kind = ""] = event.type.split(".");
  await (handlers[kind] ?? onPurchaseEvent)(event);
}

const handlers: Readonly<Record<string, (event: DomainEvent) => Promise<void>>> = {
  async interaction({ record_id }) {
    const interaction = await Records.load(Interaction.listDefinition.collection, record_id, { live: true });
    if (!interaction?.personal_key_id) return;
    const { personal_key_id, interaction_type_id, channel, direction, interaction_date } = interaction;
    const type = await Master.find(INTERACTION_TYPES, interaction_type_id);
    await recordSignal(classifyInteraction(type?.code ?? "", channel, direction), personal_key_id, interaction_date, record_id);
  },
  async activity({ record_id }) {
    const activity = await Activity.load(record_id);
    if (!activity?.personal_key_id || !activity.completed_datetime || activity.deleted_at) return;
    const type = await Master.find(ACTIVITY_TYPES, activity.activity_type_id);
    await recordSignal(
      classifyActivity(type?.code ?? "", activity.call_direction),
      activity.personal_key_id,
      activity.completed_datetime,
      record_id,
    );
  },
  async message({ record_id }) {
    const message = await MessageLookup.load(record_id);
    if (!message || message.purpose === "answer") return;
    const { direction, channel, person_id, sent_at, received_at } = message;
    // Other outgoing messages count by their person, like messages that a user writes.
    if (isId(message.sent_for_id ?? "", REENGAGEMENT_MEMBER)) return applyMessageResult(message);
    if (direction === "in" && received_at !== null) return recordSignal("response", person_id, received_at, record_id);
    if (sent_at !== null) await recordSignal({ contact: channel === "sms" ? "SMS" : "EMAIL" }, person_id, sent_at, record_id);
  },
  /** A person who refuses a channel for all purposes opts out. When persons are merged, the memberships move to the survivor. */
  async person(event) {
    if (!concernsFields(event, ["preferences", "merged_ids"])) return;
    const person = await Person.resolveMerged(event.record_id);
    if (!person) return;
    for (const { channel, purpose, consent, at: time } of person.preferences)
      if (purpose === "any" && consent === "REFUSED") await Membership.recordOptOut(person.id, time, `${channel} ${time}`);
    if (person.merged_ids.length > 0) await Membership.mergeJoinedPersons(person.id);
  },
};

async function recordSignal(signal: Signal, person: string, time: string, source: string): Promise<void> {
  if (signal === "response") await Membership.recordResponse(person, time, source);
  else if (signal) await Membership.recordContact(person, signal.contact, time, source);
}
