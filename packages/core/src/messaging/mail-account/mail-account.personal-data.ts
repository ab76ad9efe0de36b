import { aboutUser, matchContactPoint, type PersonalData } from "../../platform/personal-data/declaration.ts";
import type { MailAccountRecord } from "./mail-account.entity.ts";

export const mailAccount: PersonalData<MailAccountRecord> = {
  purpose: "Send mail in the tenant's name, by accounts that may carry an employee's name.",
  subject: aboutUser(matchContactPoint("address")),
  fields: {
    name: "identity",
    way: "none",
    from_name: "identity",
    address: "contact",
    host: "none",
    port: "none",
    user: "contact",
    mails_per_second: "none",
    daily_limit: "none",
    tracks: "none",
    is_active: "none",
    is_default: "none",
    inbound_makes: "none",
    inbound_team_id: "none",
    inbound_owner_id: "staff",
    inbound_source_id: "none",
    secret_changed_at: "none",
    sealed: "credential",
  },
  sealedValues: { "*": "credential" },
};
