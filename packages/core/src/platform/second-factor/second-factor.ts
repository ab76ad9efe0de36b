import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { conflict, Failure, invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { IdInput, oneLine, outputInstant, text } from "../../kernel/schema.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { changeDerived, putDerived } from "../../storage/write/derived-record.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { requirePassword } from "../auth/confirm-password.ts";
import { Session } from "../auth/session.ts";
import { Throttle } from "../auth/throttle.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { requireSession } from "../user/current-user.ts";
import { Users } from "../user/user.entity.ts";
import { User } from "../user/user.ts";
import { RecoveryCode } from "./recovery-code.ts";
import { isSecondFactorRequired } from "./requirement.rules.ts";
import { type SecondFactorRecord, SecondFactors } from "./second-factor.entity.ts";
import { SECOND_FACTOR } from "./second-factor.kind.ts";
import { buildOtpauthUri, decodeBase32, encodeBase32, findStep } from "./totp.rules.ts";

/** The second factor of users who sign in: codes of an authenticator app, and recovery codes (docs/platform/sign-in.md). */

const SECRET_BYTES = 20;
const SET_UP_SECONDS = 15 * 60;
/** Codes of one user that are tried in a quarter of an hour. A right code does not count. */
const MAX_ATTEMPTS = 10;

const State = z.object({
  is_on: z.boolean(),
  switched_on_at: outputInstant().nullable(),
  recovery_codes_left: z.number().int(),
  last_used_at: outputInstant().nullable(),
  is_required: z.boolean().describe("Whether the tenant requires a second factor of the user"),
});

const SetUp = z.object({
  otpauth_uri: z.string().describe("For authenticator apps, as a QR code or a link"),
  secret: z.string().describe("The secret in base32, for apps without a camera. It is shown only this once"),
  expires_at: outputInstant().describe("Until when it can be confirmed"),
});

const RecoveryCodes = z.object({
  recovery_codes: z
    .array(z.string())
    .describe("Each is valid once, in place of a code of the app. They are shown only this once"),
});

export { RecoveryCodes, SetUp, State };

/** A code of six digits, or a recovery code. */
export const code = oneLine(40).meta({ examples: ["123456"] });
const PasswordInput = z.strictObject({ password: text(256).describe("The present password") });
const Proof = PasswordInput.extend({ code: code.describe("A code of the app, or a recovery code") });

const recordId = (userId: string): string => derivedId(SECOND_FACTOR, idTime(userId), "second factor", userId);
const load = (userId: string) => Records.load(SecondFactors, recordId(userId));

export const get = fn(z.strictObject({}), async (): Promise<z.output<typeof State>> => {
  const { id } = requireSession();
  const [user, stored] = await Promise.all([Records.read(Users, id), load(id)]);
  const isOn = user.second_factor_at !== null;
  return {
    is_on: isOn,
    switched_on_at: user.second_factor_at,
    recovery_codes_left: isOn ? (stored?.recovery_codes_left ?? 0) : 0,
    last_used_at: isOn ? (stored?.last_used_at ?? null) : null,
    is_required: isSecondFactorRequired(useSettings(), [user.role, ...user.extra_roles]),
  };
});

/** Creates a secret, which the user confirms by a code. A secret that was not confirmed is replaced. */
export const begin = fn(PasswordInput, async ({ password }): Promise<z.output<typeof SetUp>> => {
  const { id, tenant_id } = requireSession();
  await requirePassword(id, password, "password");
  const [user, tenant] = await Promise.all([Records.read(Users, id), Records.read(Tenants, tenant_id)]);
  const secret = encodeBase32(randomBytes(SECRET_BYTES));
  const expires_at = Clock.addSeconds(SET_UP_SECONDS);
  const sealed = await Vault.seal(recordId(id), null, { secret });
  const answer = { otpauth_uri: buildOtpauthUri(tenant.name, user.email, secret), secret, expires_at };
  return changeDerived(
    SecondFactors,
    recordId(id),
    async (before) => {
      if (before?.status === "ACTIVE")
        throw conflict("Two-factor sign-in is already on: switch it off before you set it up again");
      return { ...buildOff(id), status: "PENDING" as const, pending_until: expires_at, sealed };
    },
    async () => answer,
  );
});

/** The fields of a record without a second factor. */
const buildOff = (user_id: string) => ({
  user_id,
  status: "OFF" as const,
  pending_until: null,
  recovery_codes_at: null,
  recovery_codes_left: 0,
  last_used_at: null,
  failed_attempts: 0,
  last_step: null,
  recovery_hashes: [],
  sealed: null,
});

/** Switches the second factor on by a code of the new secret, ends the other sessions of the user, and returns the recovery codes. */
export const confirm = fn(z.strictObject({ code }), async ({ code }): Promise<z.output<typeof RecoveryCodes>> => {
  const { id, session_id } = requireSession();
  const reason = "two-factor sign-in was switched on";
  const created = await createRecoveryCodes(id);
  await limitCodes(id, () =>
    Records.change(Users, id, async (user, tx) => {
      const stored = await load(id);
      if (stored?.status !== "PENDING" || stored.pending_until === null || stored.pending_until <= Clock.now())
        throw conflict("No set-up of two-factor sign-in is open: begin it again");
      const last_step = await findUsableStep(stored, code);
      if (last_step === undefined) throw invalid("code", WRONG_CODE);
      putSecondFactor(tx, stored, { status: "ACTIVE", pending_until: null, last_step, ...created.fields });
      await Session.endInTransaction(tx, id, reason, session_id);
      return { ...user, second_factor_at: Clock.now() };
    }),
  );
  await Session.endAll(id, reason, session_id);
  User.forget();
  return { recovery_codes: created.codes };
});

const WRONG_CODE = "The code is wrong or was used before";

/** Creates recovery codes, and the fields of the record that has them. */
async function createRecoveryCodes(userId: string) {
  const codes = RecoveryCode.createCodes();
  const recovery_hashes = await RecoveryCode.hashCodes(userId, codes);
  return { codes, fields: { recovery_hashes, recovery_codes_left: codes.length, recovery_codes_at: Clock.now() } };
}

const putSecondFactor = (tx: Transaction, stored: SecondFactorRecord, changes: Partial<SecondFactorRecord>) =>
  putDerived(tx, SecondFactors, stored, stored.id, { ...stored, ...changes });

/** Replaces the recovery codes. The former ones become invalid. */
export const renewRecoveryCodes = fn(Proof, async ({ password, code }): Promise<z.output<typeof RecoveryCodes>> => {
  const { id } = requireSession();
  await requirePassword(id, password, "password");
  const created = await createRecoveryCodes(id);
  await limitCodes(id, () =>
    changeDerived(
      SecondFactors,
      recordId(id),
      async (stored) => {
        const { record, used } = await requireCode(stored, code);
        return { ...record, ...used, ...created.fields };
      },
      async () => ({}),
    ),
  );
  return { recovery_codes: created.codes };
});

/** Switches the second factor of the caller off. */
export const switchOff = fn(Proof, async ({ password, code }) => {
  const { id } = requireSession();
  await requirePassword(id, password, "password");
  await limitCodes(id, () =>
    Records.change(Users, id, async (user, tx) => {
      if (isSecondFactorRequired(useSettings(), [user.role, ...user.extra_roles]))
        throw ruleViolation("Your organisation requires two-factor sign-in, so you cannot switch it off");
      const { record } = await requireCode(await load(id), code);
      putSecondFactor(tx, record, buildOff(id));
      return { ...user, second_factor_at: null };
    }),
  );
  User.forget();
  return null;
});

/** Returns the record, and what the code changes in it. Refuses a wrong code, and a user without a second factor. */
async function requireCode(
  record: SecondFactorRecord | undefined,
  code: string,
): Promise<{ record: SecondFactorRecord; used: UsedCode }> {
  if (record?.status !== "ACTIVE") throw conflict("Two-factor sign-in is off");
  const used = await matchCode(record, code);
  if (!used) throw new WrongCode(invalid("code", WRONG_CODE));
  return { record, used };
}

/** Removes the second factor of a user who has lost it; for administrators. It is safe to repeat. */
export const remove = fn(IdInput, async ({ id }) => {
  await Records.change(Users, id, async (user, tx) => {
    const stored = await load(id);
    if (user.second_factor_at === null || !stored) return user;
    putSecondFactor(tx, stored, buildOff(id));
    return { ...user, second_factor_at: null };
  });
  User.forget();
  return null;
});

/** A code that is not right, or was used before. Its record counts it. */
class WrongCode extends Failure {
  constructor({ code, message, details }: Failure) {
    super(code, message, { details });
  }
}

/** The fields of the record after a code was used. */
type UsedCode = Partial<Pick<SecondFactorRecord, "last_step" | "recovery_hashes" | "recovery_codes_left">> &
  Pick<SecondFactorRecord, "last_used_at" | "failed_attempts">;

/** Returns what a right code changes in the record; undefined for a wrong code. */
async function matchCode(stored: SecondFactorRecord, code: string): Promise<UsedCode | undefined> {
  const used = { last_used_at: Clock.now(), failed_attempts: 0 };
  const last_step = await findUsableStep(stored, code);
  if (last_step !== undefined) return { ...used, last_step };
  const recovery_hashes = await RecoveryCode.removeCode(stored.user_id, stored.recovery_hashes, code);
  return recovery_hashes && { ...used, recovery_hashes, recovery_codes_left: recovery_hashes.length };
}

/** Returns the time step of a code of the app; undefined if the code is wrong, or if its step is not after the last one that was used. */
async function findUsableStep(stored: SecondFactorRecord, code: string): Promise<number | undefined> {
  const { secret = "" } = await Vault.open(stored.id, stored.sealed, ["secret"]);
  return findStep(decodeBase32(secret), code.replace(/\s/g, ""), Clock.ms(), stored.last_step);
}

/**
 * Adds the use of a code to the transaction that opens a session. The record is replaced on the condition of its version, so of two requests
 * with one code at once, the second reads the record again and finds the code used.
 */
export async function useCode(tx: Transaction, userId: string, code: string): Promise<void> {
  const stored = await load(userId);
  const used = stored?.status === "ACTIVE" ? await matchCode(stored, code) : undefined;
  if (!stored || !used)
    throw new WrongCode(new Failure("UNAUTHENTICATED", WRONG_CODE, { details: [{ field: "code", message: WRONG_CODE }] }));
  putSecondFactor(tx, stored, used);
}

/** Runs work that checks a code of a user. Attempts are counted before, so that concurrent guesses count too; a success takes its attempt back. */
export async function limitCodes<T>(userId: string, work: () => Promise<T>): Promise<T> {
  const attempt = await Throttle.attempt("login", [`second factor of ${userId}`, MAX_ATTEMPTS]);
  try {
    const result = await work();
    await attempt.refund();
    return result;
  } catch (error) {
    if (error instanceof WrongCode) await countFailure(userId);
    throw error;
  }
}

/** Counts a wrong code in the record, for the audit trail and for the mail to the user. */
async function countFailure(userId: string): Promise<void> {
  await changeDerived(
    SecondFactors,
    recordId(userId),
    async (before) => before && { ...before, failed_attempts: before.failed_attempts + (before.status === "ACTIVE" ? 1 : 0) },
    async () => ({}),
  );
}

export * as SecondFactor from "./second-factor.ts";
