import { addDays } from "../../kernel/time-zone.ts";
import { createCounterFigure } from "../../platform/daily-figures/counter-figure.ts";
import { dayScope, parseDay } from "./daily-figures.rules.ts";
import { Messages } from "./message.entity.ts";

/** The daily figures of messages, which are verified once the days are over. */
export const dailyFigures = createCounterFigure("MESSAGEDAYS", {
  collection: Messages,
  ranges: (from, to) => [[dayScope(addDays(from, -1), "~"), dayScope(to, "~")]],
  parseDay: parseDay,
});
