import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { SenderRecord } from "./sender.entity.ts";

export const smsSender: PersonalData<SenderRecord> = {
  purpose: "Send text messages in the tenant's name.",
  subject: undefined,
  fields: {
    name: "none",
    status: "none",
    daily_limit: "none",
    is_default: "none",
  },
};
