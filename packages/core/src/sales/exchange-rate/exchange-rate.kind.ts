import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const EXCHANGE_RATE = kind("exchange_rate", "xrt", {
  path: "/exchange-rates",
  load: () => import("./exchange-rate.entity.ts"),
  display: { menu: "catalog", icon: "arrow-right-left", title: "{pair} {date}" },
});

export const exchangeRateGrants = declarePermissions("exchange_rate", {
  read: everyone,
  write: leaders,
});
