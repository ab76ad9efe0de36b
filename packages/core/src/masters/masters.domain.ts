import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";
import {
  CITIES,
  COMPANY_SIZES,
  COUNTRIES,
  CURRENCIES,
  INDUSTRIES,
  PRIORITIES,
  REVENUE_RANGES,
  STATES,
  TERRITORIES,
} from "./shared.masters.ts";

export const MASTER = kind("master", "mst", { load: () => import("./master.entity.ts") });
export const MASTER_KIND = kind("master_kind", "knd");

export const masterGrants = grants("master", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const masters = domain({
  name: "masters",
  kinds: [MASTER, MASTER_KIND],
  grants: [masterGrants],
  exports: { masters: async () => (await import("./master.export.ts")).masters },
  masters: [INDUSTRIES, COMPANY_SIZES, REVENUE_RANGES, PRIORITIES, TERRITORIES, COUNTRIES, STATES, CURRENCIES, CITIES],
});
