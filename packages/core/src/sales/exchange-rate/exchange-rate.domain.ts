import { domain } from "../../kernel/domain.ts";
import { EXCHANGE_RATE, exchangeRateGrants } from "./exchange-rate.kind.ts";

export const exchangeRate = domain({
  name: "exchange-rate",
  kinds: [EXCHANGE_RATE],
  grants: [exchangeRateGrants],
  imports: { "exchange-rates": async () => (await import("./exchange-rate.import.ts")).exchangeRates },
  exports: {
    "exchange-rates": { read: exchangeRateGrants.read, load: async () => (await import("./exchange-rate.ts")).listDefinition },
  },
  bulk: {
    exchange_rate: {
      write: exchangeRateGrants.write,
      remove: exchangeRateGrants.write,
      load: async () => (await import("./exchange-rate.ts")).ExchangeRate,
    },
  },
});
