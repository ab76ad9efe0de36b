import { setTimeout as sleep } from "node:timers/promises";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Log, Ports } from "@crm/core/kernel/ports.ts";
import { parseRateSeconds, type Schedule } from "@crm/functions/schedule/index.ts";
import type { State } from "./store/state.ts";

export interface Scheduler {
  /** Fires by itself from now on. */
  start(): void;
  /** Fires what is due now of those that it settles, and whether there was anything; `before` each, what others still have to do may be done. */
  settle(before?: () => Promise<void>): Promise<boolean>;
  /** Fires one now, whether due or not; false when there is none of this name. */
  run(name: string): Promise<boolean>;
  /** Counts all as fired now: none fires for the time that the clock was moved through. */
  skipDue(): void;
  stop(): Promise<void>;
}

/**
 * Fires schedules by the clock that all time-dependent work uses; when it last did is kept over restarts. One that takes long
 * holds up no other, and never runs beside itself.
 */
export function localScheduler(
  schedules: readonly Schedule[],
  ports: Ports,
  state: State,
  log: Log,
  settledSchedules: readonly string[] = schedules.map(({ name }) => name),
): Scheduler {
  const stopping = new AbortController();
  /** The end of what was asked for last, of each schedule that is under way. */
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
    // A clock that was set back must not keep a schedule waiting for the time it came from.
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

  // The first firing counts from the first start, not from 1970.
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
