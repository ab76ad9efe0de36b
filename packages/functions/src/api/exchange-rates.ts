import { exchangeRateGrants } from "@crm/core/exchange-rate/exchange-rate.domain.ts";
import { ExchangeRates } from "@crm/core/exchange-rate/exchange-rate.entity.ts";
import { ExchangeRate } from "@crm/core/exchange-rate/exchange-rate.ts";
import { recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting, importing } from "./files.ts";
import { linksOf } from "./links.ts";

const tag = "Exchange rates";

export const exchangeRates = [
  ...crud({
    noun: "ExchangeRate",
    plural: "ExchangeRates",
    tag,
    path: "/exchange-rates",
    read: exchangeRateGrants.read,
    write: exchangeRateGrants.write,
    remove: exchangeRateGrants.write,
    domain: ExchangeRate,
    output: recordOf("ExchangeRate", ExchangeRate.Info),
    row: recordOf("ExchangeRateRow", ExchangeRate.Row),
    links: linksOf(ExchangeRates),
  }),
  importing(
    "importExchangeRates",
    "exchange-rates",
    tag,
    exchangeRateGrants.write,
    "Each row is the rate of a pair on a day, and takes the place of the one that there is.",
    async () => (await import("@crm/core/exchange-rate/exchange-rate.import.ts")).exchangeRates,
  ),
  exporting(
    "exportExchangeRates",
    "exchange-rates",
    tag,
    exchangeRateGrants.read,
    ExchangeRate.list.schema,
    async () => (await import("@crm/core/exchange-rate/exchange-rate.export.ts")).exchangeRates,
  ),
] as const;
