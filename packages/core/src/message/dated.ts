import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import { daysOf } from "./day.rules.ts";
import type { MessageRecord } from "./message.entity.ts";

/** A message as it is written, with the days of what has happened with it: every write of one passes here, or is in no figure. */
export const dated = (message: MessageRecord): MessageRecord => ({
  ...message,
  days: daysOf(message, { zone: useSettings().timezone, now: Clock.now() }),
});
