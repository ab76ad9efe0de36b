import { addDays } from "../../kernel/time-zone.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { createCounterFigure } from "../../platform/daily-figures/counter-figure.ts";
import { parseSaleDay, saleDayScope } from "../../sales/figures/sale-days.rules.ts";
import { Orders } from "./order.entity.ts";

/** The daily figures of orders. Those of all owners are verified once the days are over. */
export const dailyFigures = createCounterFigure("ORDERDAYS", {
  collection: Orders,
  ranges: (from, to) => [[saleDayScope(ALL_OWNERS, addDays(from, -1)), saleDayScope(ALL_OWNERS, to)]],
  parseDay: parseSaleDay,
});
