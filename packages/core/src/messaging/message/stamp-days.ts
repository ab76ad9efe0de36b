import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { computeDays } from "./daily-figures.rules.ts";
import type { MessageRecord } from "./message.entity.ts";

/** Adds the days of a message's events. Every write of a message must use this, or the message is missing in daily figures. */
export const stampDays = (message: MessageRecord): MessageRecord => ({
  ...message,
  days: computeDays(message, { zone: useSettings().timezone, now: Clock.now() }),
});
