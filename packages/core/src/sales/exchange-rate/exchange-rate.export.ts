import { declareExport } from "../../platform/export/exportable.ts";
import { exchangeRateGrants } from "./exchange-rate.domain.ts";
import { ExchangeRate } from "./exchange-rate.ts";
import { MAX_AHEAD_DAYS } from "./rates.rules.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export const exchangeRates = declareExport(ExchangeRate.listDefinition, {
  entity: "exchange-rates",
  read: exchangeRateGrants.read,
  // Ids are made of days, which may be ahead.
  maxIdSkewMs: (MAX_AHEAD_DAYS + 2) * DAY_MS,
});
