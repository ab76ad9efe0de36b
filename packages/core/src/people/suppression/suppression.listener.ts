import { isId } from "../../kernel/id.ts";
import { laterInstant } from "../../kernel/interval.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import type { Preference } from "../consent/preference.schema.ts";
import { resolveMerged } from "../person/identity.ts";
import { PERSON } from "../person/person.kind.ts";
import { Preferences } from "../person/preferences.ts";
import { parsePoint } from "./address.ts";
import { hasOwnRefusal, LIST_SOURCE_PREFIX, listOwnRefusedTypes } from "./own-refusal.ts";
import { SuppressedAddresses, type SuppressionRecord } from "./suppression.entity.ts";
import { type Channel, channels, type Entry, findRefusedPurpose, isActive } from "./suppression.rules.ts";
import { Suppressions } from "./suppression-store.ts";

/** Copies suppressions to the preferences of the persons with the address, and keeps the refusals of deleted persons. */
export const onRefusalEvent = (event: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => (isId(event.record_id, PERSON) ? onPerson(event) : onSuppression(event)));

/** Uses the present record, not the event. So events that come late or twice give the same result. */
async function onSuppression({ record_id }: DomainEvent): Promise<void> {
  const record = await Records.load(SuppressedAddresses, record_id);
  if (!record) return;
  for (const id of new Set(record.holders)) {
    const person = await resolveMerged(id);
    if (person)
      await Preferences.applyAnswers(person.id, (preferences) =>
        listPurposes(record).flatMap((purpose) => buildAnswers(preferences, record, purpose)),
      );
  }
}

/** Returns the purposes about which the entries of a record say anything. */
const listPurposes = ({ entries }: SuppressionRecord): string[] => [
  ...new Set(entries.flatMap((entry) => findRefusedPurpose(entry) ?? [])),
];

/** Builds the answers for one purpose: refused while a reason for this purpose is active. */
function buildAnswers(preferences: readonly Preference[], record: SuppressionRecord, purpose: string): Preference[] {
  const { channel } = record;
  const answer = { channel, purpose, source: `${LIST_SOURCE_PREFIX}${record.id}` };
  const entries = record.entries.filter((entry) => findRefusedPurpose(entry) === purpose && !isFromPerson(entry));
  const currentPreference = preferences.find((preference) => preference.channel === channel && preference.purpose === purpose);
  // The list neither sets nor lifts a refusal by the person: START lifts what STOP set, and nothing else.
  if (currentPreference?.consent === "REFUSED" && !currentPreference.source?.startsWith(LIST_SOURCE_PREFIX)) return [];
  const isOwn = currentPreference?.source === answer.source;
  // A reason may have been lifted after another one was set, so the newest active one counts.
  const set = entries
    .filter(isActive)
    .reduce<string | null>((latestInstant, entry) => latestKnownInstant(latestInstant, entry.at), null);
  if (set !== null) return [{ ...answer, consent: "REFUSED", at: isOwn ? laterInstant(set, currentPreference.at) : set }];
  const [last] = entries.toSorted((entry, otherEntry) => ((entry.lifted_at ?? "") < (otherEntry.lifted_at ?? "") ? 1 : -1));
  if (!last?.lifted_at) return [];
  if (last.lifted_by === "SELF") return [{ ...answer, consent: "ALLOWED", at: last.lifted_at }];
  // A reason lifted by others withdraws only the refusal that came from this record.
  return isOwn && currentPreference.consent === "REFUSED" ? [{ ...answer, consent: "NOT_ASKED", at: last.lifted_at }] : [];
}

const latestKnownInstant = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? (a ?? b) : laterInstant(a, b);

const PERSON_SOURCE_PREFIX = "person ";
const isFromPerson = ({ source }: Entry): boolean => source?.startsWith(PERSON_SOURCE_PREFIX) ?? false;

/** The type of contact point that each channel uses. */
const pointTypeByChannel = { email: "email", sms: "phone", whatsapp: "phone" } as const;

/**
 * Puts the addresses of a deleted person who refused on the list, and lifts that when the person is restored. Uses the times of the
 * person, so that a late deletion event lifts nothing that was set later.
 */
async function onPerson({ record_id }: DomainEvent): Promise<void> {
  const person = await resolveMerged(record_id);
  // A merged person is handled with its survivor.
  if (person?.id !== record_id) return;
  const source = `${PERSON_SOURCE_PREFIX}${person.id}`;
  for (const channel of channels) {
    const points = person.contact_points.filter(({ contact_type }) => contact_type === pointTypeByChannel[channel]);
    for (const { normalized, contact_value } of points) {
      const address = normalized ?? contact_value;
      if (!(await parsePoint(channel, address))) continue;
      const { deleted_at } = person;
      // A live person no longer holds this value; another person does.
      if (deleted_at === null && normalized === null) continue;
      if (deleted_at === null) await liftPersonEntries(channel, address, source, person.updated_at);
      else await addPersonEntries(person, { channel, address, source, at: deleted_at });
    }
  }
}

/** Puts an address on the list for all marketing or, if the person refuses only single subscription types, for these. */
async function addPersonEntries(
  person: Parameters<typeof hasOwnRefusal>[0],
  entry: { channel: Channel; address: string; source: string; at: string },
): Promise<void> {
  if (hasOwnRefusal(person, entry.channel)) await Suppressions.add({ ...entry, reason: "BY_HAND" });
  for (const type of listOwnRefusedTypes(person, entry.channel)) await Suppressions.add({ ...entry, reason: "BY_HAND", type });
}

async function liftPersonEntries(channel: Channel, address: string, source: string, liftedAt: string): Promise<void> {
  const record = await Suppressions.findByAddress(channel, address);
  for (const entry of record?.entries ?? [])
    if (entry.reason === "BY_HAND" && entry.source === source && isActive(entry))
      await Suppressions.lift({ channel, address, reasons: ["BY_HAND"], type: entry.type, by: "OTHERS", at: liftedAt });
}
