import { readPointLocks, resolveAllMerged, type resolveMerged } from "../person/identity.ts";
import { resolveAddress } from "./address.ts";
import { hasOwnRefusal } from "./own-refusal.ts";
import type { Channel } from "./suppression.rules.ts";

/** Who has an address, and whether one of them refuses to be written to: a message reaches all of them, whomever it means. */

type PersonRecord = NonNullable<Awaited<ReturnType<typeof resolveMerged>>>;

async function loadHolders(channel: Channel, address: string): Promise<PersonRecord[]> {
  const [lock] = await readPointLocks([(await resolveAddress(channel, address)).point]);
  const persons = await resolveAllMerged(lock?.holders ?? []);
  return [
    ...new Map([...persons.values()].flatMap((each) => (each && !each.deleted_at ? [[each.id, each] as const] : []))).values(),
  ];
}

export interface RefusalQuery {
  channel: Channel;
  address: string;
  purpose: string;
}

/** Whether somebody who has the address refuses by themselves, beside what the list says. */
export const isRefused = async ({ channel, address, purpose }: RefusalQuery): Promise<boolean> =>
  (await loadHolders(channel, address)).some((person) => hasOwnRefusal(person, channel, purpose));

export * as AddressRefusal from "./address-refused.ts";
