import { selectProcessable } from "../../kernel/processing.ts";
import { readPointLocks, resolveAllMerged, type resolveMerged } from "../person/identity.ts";
import { resolveAddress } from "./address.ts";
import { hasOwnRefusal } from "./own-refusal.ts";
import type { Channel } from "./suppression.rules.ts";

/** Checks whether a person with an address refuses messages. A message to the address reaches all persons who share it. */

export type PersonRecord = NonNullable<Awaited<ReturnType<typeof resolveMerged>>>;

/** Loads the live persons who have an address, merged ones as their survivor. */
export async function loadHolders(channel: Channel, address: string): Promise<PersonRecord[]> {
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
  /** The subscription type of marketing. */
  type?: string | undefined;
}

/**
 * Tells whether a person with the address refuses, or may not be sent messages, apart from refusals that come from the suppression list.
 */
export const isRefused = async ({ channel, address, ...subject }: RefusalQuery): Promise<boolean> =>
  isRefusedBy(await loadHolders(channel, address), { channel, ...subject });

/** Does the same for persons who were loaded. */
export async function isRefusedBy(
  holders: readonly PersonRecord[],
  { channel, purpose, type }: Omit<RefusalQuery, "address">,
): Promise<boolean> {
  const processable = await selectProcessable(
    holders.map(({ id }) => id),
    "send",
  );
  return holders.some(
    (person) =>
      !processable.has(person.id) ||
      hasOwnRefusal(person, channel, purpose) ||
      (type !== undefined && hasOwnRefusal(person, channel, type)),
  );
}

export * as AddressRefusal from "./address-refused.ts";
