import { aboutUser, type PersonalData, reach } from "../personal-data/declaration.ts";
import { USER } from "../user/user.kind.ts";
import type { SecondFactorRecord } from "./second-factor.entity.ts";

export const secondFactor: PersonalData<SecondFactorRecord> = {
  purpose: "Ask users who sign in for a code of their authenticator app in addition to the password.",
  subject: aboutUser(reach("user_id", USER)),
  fields: {
    user_id: "staff",
    status: "preference",
    pending_until: "none",
    recovery_codes_at: "behavior",
    recovery_codes_left: "behavior",
    last_used_at: "behavior",
    failed_attempts: "behavior",
    last_step: "behavior",
    recovery_hashes: "credential",
    sealed: "credential",
  },
  sealedValues: { secret: "credential" },
  recipients: ["mail"],
};
