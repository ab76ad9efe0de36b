import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { computeDays } from "./daily-figures.rules.ts";
import type { MessageRecord } from "./message.entity.ts";

/** A message as it is written, with the days of what has happened with it: every write of one passes here, or is in no figure. */
export const stampDays = (message: MessageRecord): MessageRecord => ({
  ...message,
  days: computeDays(message, { zone: useSettings().timezone, now: Clock.now() }),
});
