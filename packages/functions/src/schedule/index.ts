import { domains as all } from "@crm/core/domains.ts";
import type { ScheduleRate } from "@crm/core/kernel/capabilities.ts";
import type { Schedule as Declared, Domain } from "@crm/core/kernel/domain.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { platformSchedules } from "./platform-schedules.ts";
import { createScheduleHandler } from "./schedule-handler.ts";

/** A scheduled job of the platform or of a domain: an EventBridge schedule with a function. */
export interface Schedule extends Pick<Declared, "rate" | "description"> {
  readonly name: string;
  /** The declaration from which it was made. */
  readonly declared: Declared;
  readonly load: () => Promise<(ports: Ports) => Promise<void>>;
}

const buildSchedules = (domains: readonly Domain[]): Schedule[] =>
  [platformSchedules, ...domains.map(({ schedules = {} }) => schedules)].flatMap((declared) =>
    Object.entries<Declared>(declared).map(([name, schedule]) => ({
      name,
      rate: schedule.rate,
      description: schedule.description,
      declared: schedule,
      load: async () => createScheduleHandler(name, listKeyspaces(schedule), await schedule.load()),
    })),
  );

/** Returns the keyspaces that a schedule may reach: those that it declares for the table. */
const listKeyspaces = ({ table = [] }: Declared): Keyspace[] => table.flatMap(({ keyspace }) => keyspace ?? []);

export const schedules: readonly Schedule[] = buildSchedules(all);

const UNIT_SECONDS: Record<string, number> = { minute: 60, minutes: 60, hour: 3600, hours: 3600, day: 86_400, days: 86_400 };

export function parseRateSeconds(rate: ScheduleRate): number {
  const [, count = "1", unit = "day"] = /^rate\((\d+) (\w+)\)$/.exec(rate) ?? [];
  return Number(count) * (UNIT_SECONDS[unit] ?? 86_400);
}
