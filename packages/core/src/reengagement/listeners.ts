import { ACTIVITY_TYPES } from "../activity/activity.masters.ts";
import { Activity } from "../activity/activity.ts";
import { INTERACTION_TYPES } from "../interaction/interaction.masters.ts";
import { Interaction } from "../interaction/interaction.ts";
import { concerns, type DomainEvent } from "../kernel/event.ts";
import { isId } from "../kernel/id.ts";
import { Master } from "../masters/master.ts";
import { KeptMessage } from "../message/kept.ts";
import { Person } from "../person/person.ts";
import { Records } from "../storage/write/records.ts";
import { Tenant } from "../tenant/tenant.ts";
import { type Heard, inActivity, inInteraction } from "./heard.rules.ts";
import { Membership } from "./membership.ts";
import { REENGAGEMENT_MEMBER } from "./reengagement.domain.ts";
import { told } from "./steps-told.ts";
import { winsIn } from "./wins.ts";

/** Hears what happens with the members of batches: what is told twice, late and in any order comes to the same. */
export const hear = (event: DomainEvent): Promise<void> => Tenant.asConfigured(() => heard(event));

async function heard(event: DomainEvent): Promise<void> {
  const [kind = ""] = event.type.split(".");
  await (kinds[kind] ?? winsIn)(event);
}

const kinds: Readonly<Record<string, (event: DomainEvent) => Promise<void>>> = {
  async interaction({ record_id }) {
    const interaction = await Records.load(Interaction.listed.collection, record_id, { live: true });
    if (!interaction?.personal_key_id) return;
    const { personal_key_id, interaction_type_id, channel, direction, interaction_date } = interaction;
    const type = await Master.find(INTERACTION_TYPES, interaction_type_id);
    await tell(inInteraction(type?.code ?? "", channel, direction), personal_key_id, interaction_date, record_id);
  },
  async activity({ record_id }) {
    const activity = await Activity.load(record_id);
    if (!activity?.personal_key_id || !activity.completed_datetime || activity.deleted_at) return;
    const type = await Master.find(ACTIVITY_TYPES, activity.activity_type_id);
    await tell(
      inActivity(type?.code ?? "", activity.call_direction),
      activity.personal_key_id,
      activity.completed_datetime,
      record_id,
    );
  },
  async message({ record_id }) {
    const message = await KeptMessage.load(record_id);
    if (!message || message.purpose === "answer") return;
    const { direction, channel, person_id, sent_at, received_at } = message;
    // What was written for anything else goes by its person, as what somebody writes by hand.
    if (isId(message.sent_for_id ?? "", REENGAGEMENT_MEMBER)) return told(message);
    if (direction === "in" && received_at !== null) return tell("response", person_id, received_at, record_id);
    if (sent_at !== null) await tell({ contact: channel === "sms" ? "SMS" : "EMAIL" }, person_id, sent_at, record_id);
  },
  /** Whoever refuses any channel for any purpose wants no more of it; and who was joined to another brings their memberships. */
  async person(event) {
    if (!concerns(event, ["preferences", "merged_ids"])) return;
    const person = await Person.living(event.record_id);
    if (!person) return;
    for (const { channel, purpose, consent, at } of person.preferences)
      if (purpose === "any" && consent === "REFUSED") await Membership.optedOut(person.id, at, `${channel} ${at}`);
    if (person.merged_ids.length > 0) await Membership.bringTogether(person.id);
  },
};

async function tell(what: Heard, person: string, at: string, source: string): Promise<void> {
  if (what === "response") await Membership.responded(person, at, source);
  else if (what) await Membership.contacted(person, what.contact, at, source);
}
