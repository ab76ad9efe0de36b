import { type living, livingAll, readLocks } from "../person/identity.ts";
import { addressOf } from "./addresses.ts";
import { refusesThemselves } from "./refusals.ts";
import type { Channel } from "./suppression.rules.ts";

/** Who has an address, and whether one of them refuses to be written to: a message reaches all of them, whomever it means. */

type PersonRecord = NonNullable<Awaited<ReturnType<typeof living>>>;

async function holdersOf(channel: Channel, address: string): Promise<PersonRecord[]> {
  const [lock] = await readLocks([(await addressOf(channel, address)).point]);
  const persons = await livingAll(lock?.holders ?? []);
  return [
    ...new Map([...persons.values()].flatMap((each) => (each && !each.deleted_at ? [[each.id, each] as const] : []))).values(),
  ];
}

export interface Reached {
  channel: Channel;
  address: string;
  purpose: string;
}

/** Whether somebody who has the address refuses by themselves, beside what the list says. */
export const isRefused = async ({ channel, address, purpose }: Reached): Promise<boolean> =>
  (await holdersOf(channel, address)).some((person) => refusesThemselves(person, channel, purpose));

export * as HeldAddresses from "./held.ts";
