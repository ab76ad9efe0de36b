import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { ExchangeRateRecord } from "./exchange-rate.entity.ts";

export const exchangeRate: PersonalData<ExchangeRateRecord> = {
  purpose: "Convert amounts between currencies.",
  subject: undefined,
  fields: {
    from: "none",
    to: "none",
    date: "none",
    rate: "none",
    pair: "none",
  },
};
