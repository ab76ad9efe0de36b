import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { Counter, filterCount } from "../storage/read/counter.ts";
import { outsideBatch } from "../storage/table/batch.ts";
import { Cache } from "../storage/table/cache.ts";

/** How many open leads users have: those that are counted, and those that this process gave and that are not yet. */

/** Seconds after which what was given counts no more by itself: it is counted by then, or was never written. */
const COUNTED_WITHIN = 30;

export class Load {
  #counted = 0;
  /** When this process gave what is not counted yet, in milliseconds. */
  #given: number[] = [];

  get open(): number {
    return this.#counted + this.#given.length;
  }

  give(): void {
    this.#given.push(Clock.ms());
  }

  /** What the counter says now: as many as it rose by were waiting to be counted. */
  count(counted: number): void {
    const now = Clock.ms();
    const given = this.#given.filter((at) => at <= now && at > now - COUNTED_WITHIN * 1000);
    this.#given = given.slice(Math.max(0, counted - this.#counted));
    this.#counted = counted;
  }
}

const loads = new Cache<Load>(24 * 60 * 60, 10_000);

const OPEN = filterCount("is_converted", "false");

/** The counters of users, as they are now. */
export async function openLeads(users: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const items = users.length === 0 ? [] : await outsideBatch(() => Counter.now("lead", users));
  const counted = new Map(items.map((item) => [String(item.sk), Number(item[OPEN] ?? 0)]));
  return new Map(users.map((user) => [user, counted.get(user) ?? 0]));
}

export async function of(users: readonly string[]): Promise<ReadonlyMap<string, Load>> {
  const counted = await openLeads(users);
  const tenant = useTenant();
  return new Map(
    await Promise.all(
      users.map(async (user) => {
        const load = await loads.get(`${tenant}/${user}`, async () => new Load());
        load.count(counted.get(user) ?? 0);
        return [user, load] as const;
      }),
    ),
  );
}

export * as Loads from "./loads.ts";
