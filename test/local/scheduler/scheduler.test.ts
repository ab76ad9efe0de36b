import { Clock } from "@crm/core/kernel/clock.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { Schedule } from "@crm/functions/schedule/index.ts";
import { localScheduler } from "@crm/local/scheduler.ts";
import { State } from "@crm/local/store/state.ts";
import { afterEach, expect, it, vi } from "vitest";

const MINUTE = 60_000;
let now = Date.now();
let release = (): void => undefined;
const [recount, sweep] = [vi.fn(() => new Promise<void>((done) => (release = done))), vi.fn(async () => undefined)];

const buildSchedule = (name: string, run: () => Promise<void>): Schedule => {
  const scheduleFields = { basis: "release", rate: "rate(1 minute)", description: name } as const;
  return { name, ...scheduleFields, declared: { ...scheduleFields, load: async () => run }, load: async () => run };
};

function createScheduler() {
  Clock.set(() => now);
  const state = new State("memory");
  const log = { write: () => undefined };
  const scheduler = localScheduler([buildSchedule("recount", recount), buildSchedule("sweep", sweep)], {} as Ports, state, log);
  return {
    ...scheduler,
    stop: async () => {
      release();
      await scheduler.stop();
      state.close();
    },
  };
}

afterEach(() => {
  Clock.set();
  vi.clearAllMocks();
});

it("a long schedule delays no other one, and never runs twice at a time", async () => {
  const { start, stop } = createScheduler();
  start();
  for (const times of [1, 2, 3]) {
    now += MINUTE;
    await vi.waitFor(() => expect(sweep).toHaveBeenCalledTimes(times), { timeout: 60_000 });
  }
  expect(recount).toHaveBeenCalledTimes(1);
  release();
  await vi.waitFor(() => expect(recount).toHaveBeenCalledTimes(2), { timeout: 60_000 });
  await stop();
});

it("schedules do not fire for a skipped time", async () => {
  const { settle, skipDue: pass, stop } = createScheduler();
  now += MINUTE;
  pass();
  expect(await settle()).toBe(false);
  now += MINUTE;
  const settled = settle();
  await vi.waitFor(() => expect(recount).toHaveBeenCalledTimes(1), { timeout: 60_000 });
  release();
  expect([await settled, sweep.mock.calls.length]).toEqual([true, 1]);
  await stop();
});

it("a schedule requested while it runs is run again afterwards", async () => {
  const { run, stop } = createScheduler();
  const recountRuns = [run("recount"), run("recount")];
  expect(await run("sweep")).toBe(true);
  expect(recount).toHaveBeenCalledTimes(1);
  release();
  await vi.waitFor(() => expect(recount).toHaveBeenCalledTimes(2), { timeout: 60_000 });
  release();
  expect(await Promise.all(recountRuns)).toEqual([true, true]);
  expect(await run("nothing")).toBe(false);
  await stop();
});
