import { ExchangeRates } from "@crm/core/sales/exchange-rate/exchange-rate.entity.ts";
import { exchangeRateGrants } from "@crm/core/sales/exchange-rate/exchange-rate.kind.ts";
import { ExchangeRate } from "@crm/core/sales/exchange-rate/exchange-rate.ts";
import { recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";

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
    output: recordSchema("ExchangeRate", ExchangeRate.Info),
    row: recordSchema("ExchangeRateRow", ExchangeRate.Row),
    links: linksFor(ExchangeRates),
  }),
  buildImportOperation(
    "importExchangeRates",
    "exchange-rates",
    tag,
    exchangeRateGrants.write,
    "Each row is the rate of a currency pair on a day, and replaces an existing one.",
    async () => (await import("@crm/core/sales/exchange-rate/exchange-rate.import.ts")).exchangeRates,
  ),
  buildExportOperation("exportExchangeRates", "exchange-rates", tag, exchangeRateGrants.read, ExchangeRate.listDefinition),
] as const;
