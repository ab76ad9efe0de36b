import { setTimeout as sleep } from "node:timers/promises";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Log, Ports } from "@crm/core/kernel/ports.ts";
import { type Schedule, secondsOf } from "@crm/functions/schedule/index.ts";
import type { State } from "./state.ts";

export interface Scheduler {
  /** Fires by itself from now on. */
  start(): void;
  /** Fires what is due now, and whether there was anything; `before` each, what others still have to do may be done. */
  settle(before?: () => Promise<void>): Promise<boolean>;
  /** Fires one now, whether due or not; false when there is none of this name. */
  run(name: string): Promise<boolean>;
  stop(): Promise<void>;
}

/** Fires schedules by the clock that all time-dependent work uses; when it last did is kept over restarts. */
export function localScheduler(schedules: readonly Schedule[], ports: Ports, state: State, log: Log): Scheduler {
  const stopping = new AbortController();
  let working: Promise<unknown> = Promise.resolve();
  let loop: Promise<void> | undefined;

  const fire = async (schedule: Schedule): Promise<void> => {
    state.set(`schedule ${schedule.name}`, String(Clock.ms()));
    try {
      await (await schedule.load())(ports);
    } catch (error) {
      log.write("error", "A schedule failed", {
        schedule: schedule.name,
        error: error instanceof Error ? (error.stack ?? "") : "",
      });
    }
  };

  const fireDue = async (before?: () => Promise<void>): Promise<boolean> => {
    let fired = false;
    for (const schedule of schedules) {
      const last = Number(state.get(`schedule ${schedule.name}`) ?? 0);
      const next = last + secondsOf(schedule.rate) * 1000;
      // A clock that was set back must not keep a schedule waiting for the time it came from.
      if (Clock.ms() >= next || last > Clock.ms()) {
        await before?.();
        await fire(schedule);
        fired = true;
      }
      if (stopping.signal.aborted) break;
    }
    return fired;
  };

  /** One at a time: a schedule never runs beside itself here. */
  const queued = <T>(work: () => Promise<T>): Promise<T> => {
    const next = working.then(work);
    working = next;
    return next;
  };

  // The first firing counts from the first start, not from 1970.
  for (const { name } of schedules)
    if (state.get(`schedule ${name}`) === undefined) state.set(`schedule ${name}`, String(Clock.ms()));

  const goOn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await queued(() => fireDue());
      await sleep(500, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  return {
    start() {
      loop ??= goOn();
    },
    settle: (before) => queued(() => fireDue(before)),
    async run(name) {
      const schedule = schedules.find((each) => each.name === name);
      if (!schedule) return false;
      await queued(() => fire(schedule));
      return true;
    },
    async stop() {
      stopping.abort();
      await loop;
      await working;
    },
  };
}
