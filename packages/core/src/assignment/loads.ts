import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { Counter } from "../storage/read/counter.ts";
import { outsideBatch } from "../storage/table/batch.ts";
import { Cache } from "../storage/table/cache.ts";
import type { Assigned } from "./assigned.ts";

/** How many open records users have: those that are counted, and those that this process gave and that are not yet. */

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

type Of = Assigned["load"];

const loads = new Cache<Load>(24 * 60 * 60, 10_000);

/** The counters of users, as they are now. */
export async function openOf({ kind, count }: Of, users: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const items = users.length === 0 ? [] : await outsideBatch(() => Counter.now(kind, users));
  const counted = new Map(items.map((item) => [String(item.sk), Number(item[count] ?? 0)]));
  return new Map(users.map((user) => [user, counted.get(user) ?? 0]));
}

export async function of(kind: Of, users: readonly string[]): Promise<ReadonlyMap<string, Load>> {
  const counted = await openOf(kind, users);
  const tenant = useTenant();
  return new Map(
    await Promise.all(
      users.map(async (user) => {
        const load = await loads.get(`${tenant}/${kind.kind}/${user}`, async () => new Load());
        load.count(counted.get(user) ?? 0);
        return [user, load] as const;
      }),
    ),
  );
}

export * as Loads from "./loads.ts";
