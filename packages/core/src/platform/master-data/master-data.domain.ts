import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";
import {
  ARTICLE_CATEGORIES,
  CITIES,
  COMPANY_SIZES,
  CONTRACT_TYPES,
  COUNTRIES,
  CURRENCIES,
  INDUSTRIES,
  PRIORITIES,
  REVENUE_RANGES,
  STATES,
  TERRITORIES,
  TICKET_CATEGORIES,
  TICKET_STATUSES,
  URGENCY_LEVELS,
} from "./shared.masters.ts";

export const MASTER = kind("master", "mst", { load: () => import("./master.entity.ts") });
export const MASTER_KIND = kind("master_kind", "knd");

export const masterGrants = declarePermissions("master", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR"],
});

export const masters = domain({
  name: "masters",
  kinds: [MASTER, MASTER_KIND],
  grants: [masterGrants],
  exports: { masters: async () => (await import("./master.export.ts")).masters },
  masters: [
    INDUSTRIES,
    COMPANY_SIZES,
    REVENUE_RANGES,
    PRIORITIES,
    URGENCY_LEVELS,
    TICKET_STATUSES,
    TICKET_CATEGORIES,
    ARTICLE_CATEGORIES,
    CONTRACT_TYPES,
    TERRITORIES,
    COUNTRIES,
    STATES,
    CURRENCIES,
    CITIES,
  ],
});
