import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { systemKey } from "@crm/core/storage/table/key.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { openLoadedStore } from "../scripts/load/store.ts";
import { addKillPoint } from "../test/support/kill-point.ts";

/**
 * The result of a schedule that runs over a loaded store in a process of its own, until all work is done. The process writes the result and the
 * published events into files beside the store. Its clock may have an offset and run faster, so that its time limit is reached more often.
 */
export interface JobResult extends Meter {
  /** Number of recounted records, or of published events. */
  done: number;
  seconds: number;
  /** In MiB: the largest heap after a garbage collection, and the largest memory of the process. */
  heap: number;
  memory: number;
}

export const resultFile = (folder: string): string => join(folder, "ran.json");
export const publishedFile = (folder: string): string => join(folder, "handed-out");

const MIB = 1024 * 1024;
const SAMPLE_MS = 1000;

async function runJob(folder: string, name: string, startTime: number, speed: number): Promise<void> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const store = await openLoadedStore(folder, meter);
  const started = Date.now();
  Clock.set(() => startTime + (Date.now() - started) * speed);
  const schedule = schedules.find((each) => each.name === name);
  if (!schedule) throw new Error(`There is no schedule ${name}`);
  const run = await schedule.load();
  let isThrough = true;
  let done = 0;
  const ports: Ports = addKillPoint({
    ...store.ports,
    bus: {
      publish: async (events) => appendFileSync(publishedFile(folder), events.map(({ id }) => `${id}\n`).join("")),
    },
    log: {
      write: (_level, message, fields = {}) => {
        if (message !== name) return;
        isThrough = fields.done !== false;
        done += Number(fields.records ?? fields.published);
      },
    },
  });
  /** A recount is done when it has stored the time of the next one. A sweep logs whether it is done. */
  const isDone = async (): Promise<boolean> => {
    if (name !== "recount") return isThrough;
    const item = await runIn(systemContext(store.ports, undefined, "bench", ["watermark"]), () =>
      readItem({ pk: systemKey("watermark", "recount"), sk: store.tenant }),
    );
    return item !== undefined;
  };
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const peak = { heap: 0, memory: 0 };
  const samples = setInterval(() => {
    peak.memory = Math.max(peak.memory, process.memoryUsage().rss / MIB);
    collect();
    peak.heap = Math.max(peak.heap, process.memoryUsage().heapUsed / MIB);
  }, SAMPLE_MS);
  do {
    isThrough = true;
    await run(ports);
  } while (!(await isDone()));
  clearInterval(samples);
  const ran: JobResult = { ...meter, ...peak, done, seconds: (Date.now() - started) / 1000 };
  writeFileSync(resultFile(folder), JSON.stringify(ran));
  await store.close();
}

if (import.meta.main) {
  const { CRM_DATA = "", CRM_SCHEDULE = "", CRM_CLOCK, CRM_SPEED = 1 } = process.env;
  await runJob(CRM_DATA, CRM_SCHEDULE, Number(CRM_CLOCK), Number(CRM_SPEED));
}
