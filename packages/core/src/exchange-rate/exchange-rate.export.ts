import { declared } from "../jobs/export/exportable.ts";
import { exchangeRateGrants } from "./exchange-rate.domain.ts";
import { ExchangeRate } from "./exchange-rate.ts";
import { AHEAD_DAYS } from "./rates.rules.ts";

const DAY = 24 * 60 * 60 * 1000;

export const exchangeRates = declared(ExchangeRate.listed, {
  entity: "exchange-rates",
  read: exchangeRateGrants.read,
  // Ids are made of days, which may be ahead.
  ahead: (AHEAD_DAYS + 2) * DAY,
});
