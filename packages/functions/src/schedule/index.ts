import { domains as all } from "@crm/core/domains.ts";
import type { ScheduleRate } from "@crm/core/kernel/capabilities.ts";
import type { Schedule as Declared, Domain } from "@crm/core/kernel/domain.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { platformSchedules } from "./platform-schedules.ts";
import { createScheduleHandler } from "./schedule-handler.ts";

/** Work by the clock, of the house and of the domains: an EventBridge schedule and a function each. */
export interface Schedule extends Pick<Declared, "rate" | "description"> {
  readonly name: string;
  /** What it was made of. */
  readonly declared: Declared;
  readonly load: () => Promise<(ports: Ports) => Promise<void>>;
}

export const buildSchedules = (domains: readonly Domain[]): Schedule[] =>
  [platformSchedules, ...domains.map(({ schedules = {} }) => schedules)].flatMap((declared) =>
    Object.entries<Declared>(declared).map(([name, schedule]) => ({
      name,
      rate: schedule.rate,
      description: schedule.description,
      declared: schedule,
      load: async () => createScheduleHandler(name, listKeyspaces(schedule), await schedule.load()),
    })),
  );

/** Those that it names for the table are those that it may reach. */
const listKeyspaces = ({ table = [] }: Declared): Keyspace[] => table.flatMap(({ keyspace: within }) => within ?? []);

export const schedules: readonly Schedule[] = buildSchedules(all);

const UNIT_SECONDS: Record<string, number> = { minute: 60, minutes: 60, hour: 3600, hours: 3600, day: 86_400, days: 86_400 };

export function parseRateSeconds(rate: ScheduleRate): number {
  const [, count = "1", unit = "day"] = /^rate\((\d+) (\w+)\)$/.exec(rate) ?? [];
  return Number(count) * (UNIT_SECONDS[unit] ?? 86_400);
}
