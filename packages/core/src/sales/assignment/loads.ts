import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { Counter } from "../../storage/read/counter.ts";
import { Cache } from "../../storage/table/cache.ts";
import { runOutsideBatch } from "../../storage/table/transaction-batch.ts";
import type { AssignableKind } from "./assignable-kind.ts";

/** The loads of users: the counted open records, plus records that this process assigned and the counter does not contain yet. */

/** Seconds after which a reservation expires: its record is counted by then, or was never written. */
const COUNTED_WITHIN_SECONDS = 30;

export class Load {
  #counted = 0;
  /** Times, in milliseconds, of reservations that are not counted yet. */
  #given: number[] = [];

  get open(): number {
    return this.#counted + this.#given.length;
  }

  reserve(): void {
    this.#given.push(Clock.ms());
  }

  /** Takes over the value of the counter. Each record by which it rose ends one reservation. */
  reconcile(count: number): void {
    const now = Clock.ms();
    const reservations = this.#given.filter((time) => time <= now && time > now - COUNTED_WITHIN_SECONDS * 1000);
    this.#given = reservations.slice(Math.max(0, count - this.#counted));
    this.#counted = count;
  }
}

type LoadCounter = AssignableKind["load"];

const loads = new Cache<Load>(24 * 60 * 60, 10_000);

/** Reads the users' counters. */
export async function countOpen({ kind, count }: LoadCounter, users: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const items = users.length === 0 ? [] : await runOutsideBatch(() => Counter.readConsistent(kind, users));
  const countByUser = new Map(items.map((item) => [String(item.sk), Number(item[count] ?? 0)]));
  return new Map(users.map((user) => [user, countByUser.get(user) ?? 0]));
}

export async function readLoads(kind: LoadCounter, users: readonly string[]): Promise<ReadonlyMap<string, Load>> {
  const countByUser = await countOpen(kind, users);
  const tenant = useTenant();
  return new Map(
    await Promise.all(
      users.map(async (user) => {
        const load = await loads.get(`${tenant}/${kind.kind}/${user}`, async () => new Load());
        load.reconcile(countByUser.get(user) ?? 0);
        return [user, load] as const;
      }),
    ),
  );
}

export * as Loads from "./loads.ts";
