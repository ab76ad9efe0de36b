import type { Ports } from "@crm/core/kernel/ports.ts";

/** Work by the clock: an EventBridge schedule each, with its handler loaded when it first fires. */
export interface Schedule {
  name: string;
  /** As EventBridge writes it, in whole minutes, hours or days. */
  rate: `rate(${number} ${"minute" | "minutes" | "hour" | "hours" | "day" | "days"})`;
  description: string;
  load: () => Promise<(ports: Ports) => Promise<void>>;
}

export const schedules: readonly Schedule[] = [
  {
    name: "due",
    rate: "rate(1 minute)",
    description: "Finds the clocks of records that are due, and tells who acts on each",
    load: async () => (await import("./due.ts")).run,
  },
  {
    name: "rotate-signing-key",
    rate: "rate(1 day)",
    description: "Publishes a new key for access tokens when the last is a month old",
    load: async () => (await import("./rotate-signing-key.ts")).run,
  },
  {
    name: "recount",
    rate: "rate(1 day)",
    description: "Proves the counters of every tenant against its records, and mends what differs",
    load: async () => (await import("./recount.ts")).run,
  },
];

const units: Record<string, number> = { minute: 60, minutes: 60, hour: 3600, hours: 3600, day: 86_400, days: 86_400 };

export function secondsOf(rate: Schedule["rate"]): number {
  const [, count = "1", unit = "day"] = /^rate\((\d+) (\w+)\)$/.exec(rate) ?? [];
  return Number(count) * (units[unit] ?? 86_400);
}
