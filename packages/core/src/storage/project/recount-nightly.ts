import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { put, queryAll } from "../table/database.ts";
import { systemKey } from "../table/key.ts";
import { Fenced } from "../write/job.ts";
import { recount } from "./recount.ts";

/** The nightly recount: a turn of each tenant that is due, the most overdue first, until the time is up; the next night goes on. */
export interface Nightly {
  /** What one night may take. */
  seconds?: number;
  /** What one tenant may take before others have had their turn. */
  turn?: number;
  /** A tenant is due again after a night for each so many records that it has: small ones each night. */
  recordsANight?: number;
  /** Nights after which it is due whatever its size. */
  longest?: number;
}

const DAY = 24 * 60 * 60;
/** A night may begin a little earlier than the one before. */
const EARLY = 60 * 60;

export async function recountAll(ports: Ports, options: Nightly = {}): Promise<void> {
  const { seconds = 13 * 60, turn = 3 * 60, recordsANight = 200_000, longest = 29 } = options;
  const until = Clock.ms() + seconds * 1000;
  const asSystem = <T>(work: () => Promise<T>): Promise<T> =>
    runIn(systemContext(ports, undefined, "recount", ["tenants", "watermark"]), work);
  const waiting = await asSystem(dueTenants);
  const failed: unknown[] = [];
  for (let tenant = waiting.shift(); tenant !== undefined && Clock.ms() < until; tenant = waiting.shift()) {
    const left = Math.min(turn, (until - Clock.ms()) / 1000);
    try {
      const result = await runIn(systemContext(ports, tenant, "recount"), () => recount({ seconds: left }));
      if (!result.done) {
        waiting.push(tenant);
        continue;
      }
      const { records, differences, mended, busy } = result;
      const level = differences.length > 0 ? "error" : "info";
      ports.log.write(level, "recount", {
        tenant,
        records,
        differences: differences.slice(0, 20),
        mended,
        busy: busy.slice(0, 20),
      });
      const due_at = Clock.after(Math.min(Math.floor(records / recordsANight), longest) * DAY);
      await asSystem(() => put({ pk: systemKey("watermark", "recount"), sk: String(tenant), due_at, records }));
    } catch (error) {
      // Somebody else recounts the tenant.
      if (!(error instanceof Fenced)) failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
}

async function dueTenants(): Promise<string[]> {
  const [tenants, recounted] = await Promise.all([
    queryAll(systemKey("tenants", "all")),
    queryAll(systemKey("watermark", "recount")),
  ]);
  const dueAt = new Map(recounted.map(({ sk, due_at }) => [String(sk), String(due_at)]));
  const soon = Clock.after(EARLY);
  const due = tenants.map(({ sk }) => [dueAt.get(String(sk)) ?? "", String(sk)] as const).filter(([at]) => at <= soon);
  return due.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, tenant]) => tenant);
}
