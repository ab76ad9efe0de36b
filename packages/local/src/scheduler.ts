import { setTimeout as sleep } from "node:timers/promises";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Log, Ports } from "@crm/core/kernel/ports.ts";
import { parseRateSeconds, type Schedule } from "@crm/functions/schedule/index.ts";
import type { State } from "./store/state.ts";

export interface Scheduler {
  /** Fires due schedules by itself from now on. */
  start(): void;
  /** Fires the due ones among the settled schedules and calls `before` ahead of each. Returns whether any fired. */
  settle(before?: () => Promise<void>): Promise<boolean>;
  /** Fires a schedule now, due or not. Returns false if there is none of this name. */
  run(name: string): Promise<boolean>;
  /** Counts all schedules as fired now, so that none fires for the time by which the clock was moved. */
  skipDue(): void;
  stop(): Promise<void>;
}

/**
 * Fires schedules by the app's clock and stores when each last fired. A slow schedule does not delay others, and never runs concurrently with itself.
 */
export function localScheduler(
  schedules: readonly Schedule[],
  ports: Ports,
  state: State,
  log: Log,
  settledSchedules: readonly string[] = schedules.map(({ name }) => name),
): Scheduler {
  const stopping = new AbortController();
  /** The last queued run of each running schedule. */
  const underWay = new Map<string, Promise<unknown>>();
  let loop: Promise<void> | undefined;

  const fire = async (schedule: Schedule): Promise<void> => {
    count(schedule);
    try {
      await (await schedule.load())(ports);
    } catch (error) {
      log.write("error", "A schedule failed", {
        schedule: schedule.name,
        error: error instanceof Error ? (error.stack ?? "") : "",
      });
    }
  };

  const queued = <T>({ name }: Schedule, work: () => Promise<T>): Promise<T> => {
    const next = Promise.resolve(underWay.get(name)).then(work);
    const end = Promise.allSettled([next]).then(() => {
      if (underWay.get(name) === end) underWay.delete(name);
    });
    underWay.set(name, end);
    return next;
  };

  const isDue = ({ name, rate }: Schedule): boolean => {
    const last = Number(state.get(`schedule ${name}`) ?? 0);
    // A schedule is also due if it last fired in the future: the clock was set back.
    return Clock.ms() >= last + parseRateSeconds(rate) * 1000 || last > Clock.ms();
  };

  const fireDue = (schedule: Schedule, before?: () => Promise<void>): Promise<boolean> =>
    queued(schedule, async () => {
      if (stopping.signal.aborted || !isDue(schedule)) return false;
      await before?.();
      await fire(schedule);
      return true;
    });

  const count = ({ name }: Schedule): void => state.set(`schedule ${name}`, String(Clock.ms()));

  // A new schedule counts from the first start, not from 1970.
  for (const schedule of schedules) if (state.get(`schedule ${schedule.name}`) === undefined) count(schedule);

  const goOn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      for (const schedule of schedules) if (!underWay.has(schedule.name) && isDue(schedule)) void fireDue(schedule);
      await sleep(500, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  return {
    start() {
      loop ??= goOn();
    },
    async settle(before) {
      let fired = false;
      for (const schedule of schedules)
        if (settledSchedules.includes(schedule.name) && (await fireDue(schedule, before))) fired = true;
      return fired;
    },
    async run(name) {
      const schedule = schedules.find((each) => each.name === name);
      if (!schedule) return false;
      await queued(schedule, () => fire(schedule));
      return true;
    },
    skipDue: () => schedules.forEach(count),
    async stop() {
      stopping.abort();
      await loop;
      await Promise.all(underWay.values());
    },
  };
}
