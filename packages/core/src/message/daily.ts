import { counted } from "../jobs/snapshot/counted.ts";
import { dayAfter } from "../kernel/zone.ts";
import { dayOf, onDay } from "./day.rules.ts";
import { Messages } from "./message.entity.ts";

/** The days of messages, as they are proved once they are over. */
export const daily = counted("MESSAGEDAYS", {
  collection: Messages,
  ranges: (from, to) => [[onDay(dayAfter(from, -1), "~"), onDay(to, "~")]],
  dayOf,
});
