import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const EXCHANGE_RATE = kind("exchange_rate", "xrt", {
  path: "/exchange-rates",
  load: () => import("./exchange-rate.entity.ts"),
  display: { icon: "arrow-right-left", title: "{pair} {date}" },
});

export const exchangeRateGrants = declarePermissions("exchange_rate", {
  read: everyone,
  write: leaders,
});

export const exchangeRate = domain({
  name: "exchange-rate",
  kinds: [EXCHANGE_RATE],
  grants: [exchangeRateGrants],
  imports: { "exchange-rates": async () => (await import("./exchange-rate.import.ts")).exchangeRates },
  exports: { "exchange-rates": async () => (await import("./exchange-rate.export.ts")).exchangeRates },
  bulk: {
    exchange_rate: {
      write: exchangeRateGrants.write,
      remove: exchangeRateGrants.write,
      load: async () => (await import("./exchange-rate.ts")).ExchangeRate,
    },
  },
});
