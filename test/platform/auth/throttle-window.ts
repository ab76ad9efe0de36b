import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";

/** If the current window of `seconds` ends too soon, moves the clock into the next one, so that a test stays in one window. */
export function stayInWindow(app: App, seconds: number, needed: number): void {
  const left = seconds - ((Clock.ms() / 1000) % seconds);
  if (left < needed) app.setClock({ advance: left * 1000 + 1 });
}
