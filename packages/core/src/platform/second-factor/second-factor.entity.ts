import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { USER } from "../user/user.kind.ts";
import { SECOND_FACTOR } from "./second-factor.kind.ts";

/** PENDING: the user has a secret and has not confirmed it by a code. */
const statuses = ["OFF", "PENDING", "ACTIVE"] as const;

/** Wrong codes in a row after which the user gets a mail: a stranger may know the password. */
const FAILURES_BEFORE_MAIL = 3;

const Stored = z.object({
  user_id: id(USER),
  status: personalData("preference", oneOf(statuses)),
  pending_until: personalData("none", instant().nullable().describe("Until when the secret can be confirmed")),
  recovery_codes_at: personalData("behavior", instant().nullable().describe("When the recovery codes were created")),
  recovery_codes_left: personalData("behavior", z.number().int()),
  last_used_at: personalData("behavior", instant().nullable()),
  failed_attempts: personalData("behavior", z.number().int().describe("Wrong codes since the last right one")),
  last_step: personalData("behavior", z.number().int().nullable().describe("The time step of the last code that was accepted")),
  recovery_hashes: personalData("credential", z.array(z.string()).describe("Keyed hashes of the recovery codes that are left")),
  sealed: Sealed.nullable(),
});

export type SecondFactorRecord = z.output<typeof Stored> & BaseRecord;

/** One record beside the user, created when the user first sets a second factor up. The user has `second_factor_at` while it is ACTIVE. */
export const SecondFactors = new Collection<SecondFactorRecord>({
  kind: SECOND_FACTOR,
  schema: Stored,
  personalData: {
    purpose: "Ask users who sign in for a code of their authenticator app in addition to the password.",
    sharedFields: { sealed: "credential" },
    subject: aboutUser(reach("user_id", USER)),
    sealedValues: { secret: "credential" },
    recipients: ["mail"],
  },
  row: ["user_id", "status"],
  indexes: { by_time: indexBy() },
  events: {
    switched_on: changedTo("status", "ACTIVE"),
    switched_off: (after, before) => before?.status === "ACTIVE" && after.status === "OFF",
    recovery_codes_renewed: (after, before) =>
      before?.status === "ACTIVE" && after.status === "ACTIVE" && fieldChanged("recovery_codes_at")(after, before),
    recovery_code_used: (after, before) =>
      after.status === "ACTIVE" && before !== undefined && after.recovery_codes_left < before.recovery_codes_left,
    failed: (after, before) =>
      after.failed_attempts === FAILURES_BEFORE_MAIL && before !== undefined && before.failed_attempts < after.failed_attempts,
  },
  internal: ["last_step", "recovery_hashes"],
  sealed: "sealed",
  sensitivity: "confidential",
});
