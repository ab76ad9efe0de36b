import { declared } from "../jobs/export/exportable.ts";
import { exchangeRateGrants } from "./exchange-rate.domain.ts";
import { ExchangeRate } from "./exchange-rate.ts";

export const exchangeRates = declared(ExchangeRate.listed, { entity: "exchange-rates", read: exchangeRateGrants.read });
