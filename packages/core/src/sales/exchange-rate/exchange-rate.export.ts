import { declareExport } from "../../platform/export/exportable.ts";
import { exchangeRateGrants } from "./exchange-rate.kind.ts";
import { ExchangeRate } from "./exchange-rate.ts";
import { MAX_AHEAD_DAYS } from "./rates.rules.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export const exchangeRates = declareExport(ExchangeRate.listDefinition, {
  entity: "exchange-rates",
  read: exchangeRateGrants.read,
  // Ids contain the day of the rate, which may lie in the future.
  maxIdSkewMs: (MAX_AHEAD_DAYS + 2) * DAY_MS,
});
