import { selectProcessable } from "../../kernel/processing.ts";
import { readPointLocks, resolveAllMerged, type resolveMerged } from "../person/identity.ts";
import { resolveAddress } from "./address.ts";
import { hasOwnRefusal } from "./own-refusal.ts";
import type { Channel } from "./suppression.rules.ts";

/** Checks whether a person with an address refuses messages. A message to the address reaches all persons who share it. */

type PersonRecord = NonNullable<Awaited<ReturnType<typeof resolveMerged>>>;

async function loadHolders(channel: Channel, address: string): Promise<PersonRecord[]> {
  const [lock] = await readPointLocks([(await resolveAddress(channel, address)).point]);
  const persons = await resolveAllMerged(lock?.holders ?? []);
  return [
    ...new Map(
      [...persons.values()].flatMap((person) => (person && !person.deleted_at ? [[person.id, person] as const] : [])),
    ).values(),
  ];
}

export interface RefusalQuery {
  channel: Channel;
  address: string;
  purpose: string;
}

/**
 * Tells whether a person with the address refuses, or may not be sent messages, apart from refusals that come from the suppression list.
 */
export async function isRefused({ channel, address, purpose }: RefusalQuery): Promise<boolean> {
  const holders = await loadHolders(channel, address);
  const processable = await selectProcessable(
    holders.map(({ id }) => id),
    "send",
  );
  return holders.some((person) => !processable.has(person.id) || hasOwnRefusal(person, channel, purpose));
}

export * as AddressRefusal from "./address-refused.ts";
