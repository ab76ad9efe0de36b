import { isId } from "../../kernel/id.ts";
import { laterInstant } from "../../kernel/interval.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import type { Preference } from "../consent/preference.schema.ts";
import { resolveMerged } from "../person/identity.ts";
import { PERSON } from "../person/person.domain.ts";
import { Preferences } from "../person/preferences.ts";
import { parsePoint } from "./address.ts";
import { hasOwnRefusal, LIST_SOURCE_PREFIX } from "./own-refusal.ts";
import { SuppressedAddresses, type SuppressionRecord } from "./suppression.entity.ts";
import { type Channel, channels, type Entry, isActive, refusedPurposeByReason } from "./suppression.rules.ts";
import { Suppressions } from "./suppression-store.ts";

/** What is said of an address shows in the preferences of who has it, and what a person refused stays when they are deleted. */
export const onRefusalEvent = (event: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => (isId(event.record_id, PERSON) ? onPerson(event) : onSuppression(event)));

/** As it stands now, whichever event came: so twice and late it comes to the same. */
async function onSuppression({ record_id }: DomainEvent): Promise<void> {
  const record = await Records.load(SuppressedAddresses, record_id);
  if (!record) return;
  for (const id of new Set(record.holders)) {
    const person = await resolveMerged(id);
    if (person)
      await Preferences.applyAnswers(person.id, (known) =>
        preferencePurposes.flatMap((purpose) => buildAnswers(known, record, purpose)),
      );
  }
}

const preferencePurposes = ["any", "marketing"] as const;

/** Of all reasons that mean one purpose: refused while one of them stands. */
function buildAnswers(
  preferences: readonly Preference[],
  record: SuppressionRecord,
  purpose: (typeof preferencePurposes)[number],
): Preference[] {
  const { channel } = record;
  const said = { channel, purpose, source: `${LIST_SOURCE_PREFIX}${record.id}` };
  const entries = record.entries.filter((each) => refusedPurposeByReason[each.reason] === purpose && !isFromPerson(each));
  const known = preferences.find((each) => each.channel === channel && each.purpose === purpose);
  // What they refuse by themselves is not the list's, neither to set nor to lift: START lifts what STOP set, and nothing else.
  if (known?.consent === "REFUSED" && !known.source?.startsWith(LIST_SOURCE_PREFIX)) return [];
  const isOwn = known?.source === said.source;
  // One reason may have been lifted behind the instant at which another was set.
  const set = entries.filter(isActive).reduce<string | null>((at, each) => latestKnownInstant(at, each.at), null);
  if (set !== null) return [{ ...said, consent: "REFUSED", at: isOwn ? laterInstant(set, known.at) : set }];
  const [last] = entries.toSorted((one, other) => ((one.lifted_at ?? "") < (other.lifted_at ?? "") ? 1 : -1));
  if (!last?.lifted_at) return [];
  if (last.lifted_by === "SELF") return [{ ...said, consent: "ALLOWED", at: last.lifted_at }];
  // What others lift takes back the refusal that came from here, and no other.
  return isOwn && known.consent === "REFUSED" ? [{ ...said, consent: "NOT_ASKED", at: last.lifted_at }] : [];
}

const latestKnownInstant = (one: string | null, other: string | null): string | null =>
  one === null || other === null ? (one ?? other) : laterInstant(one, other);

const PERSON_SOURCE_PREFIX = "person ";
const isFromPerson = ({ source }: Entry): boolean => source?.startsWith(PERSON_SOURCE_PREFIX) ?? false;

/** By which type of contact point a channel reaches somebody. */
const pointTypeByChannel = { email: "email", sms: "phone", whatsapp: "phone" } as const;

/**
 * The refusals of a person who is gone, by their addresses; lifted where the person is back, and speaks for themselves. Instants are those of
 * the person, so that who hears of a deletion late lifts nothing that came behind it.
 */
async function onPerson({ record_id }: DomainEvent): Promise<void> {
  const person = await resolveMerged(record_id);
  // One that was joined to another is spoken for by that one.
  if (person?.id !== record_id) return;
  const source = `${PERSON_SOURCE_PREFIX}${person.id}`;
  for (const channel of channels) {
    const points = person.contact_points.filter(({ contact_type }) => contact_type === pointTypeByChannel[channel]);
    for (const { normalized, contact_value } of points) {
      const address = normalized ?? contact_value;
      if (!(await parsePoint(channel, address))) continue;
      const { deleted_at } = person;
      // What somebody else has by now is theirs to be spoken for.
      if (deleted_at === null && normalized === null) continue;
      if (deleted_at === null) await liftPersonEntry(channel, address, source, person.updated_at);
      else if (hasOwnRefusal(person, channel))
        await Suppressions.add({ channel, address, reason: "BY_HAND", source, at: deleted_at });
    }
  }
}

async function liftPersonEntry(channel: Channel, address: string, source: string, at: string): Promise<void> {
  const record = await Suppressions.findByAddress(channel, address);
  const isTheirs = record?.entries.some((each) => each.reason === "BY_HAND" && each.source === source && isActive(each));
  if (isTheirs) await Suppressions.lift({ channel, address, reasons: ["BY_HAND"], by: "OTHERS", at });
}
