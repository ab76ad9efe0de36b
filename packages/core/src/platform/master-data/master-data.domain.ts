import { domain } from "../../kernel/domain.ts";
import { MASTER, MASTER_KIND, masterGrants } from "./master-data.kind.ts";
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

export const masters = domain({
  name: "masters",
  kinds: [MASTER, MASTER_KIND],
  grants: [masterGrants],
  exports: { masters: { read: masterGrants.read, load: async () => (await import("./master.export.ts")).masters } },
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
