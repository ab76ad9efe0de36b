import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";

/** Moves the clock into the next window of so many seconds when this one is about to end, so that a test stays in one. */
export function stayInWindow(app: App, seconds: number, needed: number): void {
  const left = seconds - ((Clock.ms() / 1000) % seconds);
  if (left < needed) app.setClock({ advance: left * 1000 + 1 });
}
