import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useContext, useRequest, useTenant } from "../../kernel/context.ts";
import {
  conflict,
  Failure,
  invalid,
  invalidAll,
  isFailure,
  notFound,
  requireAll,
  SecondFactorRequired,
  unauthenticated,
} from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { Limits } from "../../kernel/limits.ts";
import { roles } from "../../kernel/permission.ts";
import { expandFullName, requireName } from "../../kernel/person-name.ts";
import { listPermissions, listRolePermissions } from "../../kernel/registry.ts";
import { email, IdInput, name, oneOf, outputInstant, text, toStoredFields } from "../../kernel/schema.ts";
import { Settings } from "../../kernel/settings.ts";
import { queryAll, readItem } from "../../storage/table/database.ts";
import { systemKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { ApiKey } from "../auth/api-key.ts";
import { CredentialCache } from "../auth/credential-cache.ts";
import { type Device, DeviceToken } from "../auth/device-token.ts";
import { Password } from "../auth/password.ts";
import { runAsTenant, Session, type Tokens } from "../auth/session.ts";
import { SessionRules } from "../auth/session-rule.ts";
import { type Attempt, Throttle } from "../auth/throttle.ts";
import { Challenge } from "../second-factor/challenge.ts";
import { SecondFactor } from "../second-factor/second-factor.ts";
import { type TenantRecord, Tenants } from "../tenant/tenant.entity.ts";
import { TENANT } from "../tenant/tenant.kind.ts";
import { Tenant } from "../tenant/tenant.ts";
import { requireSession } from "../user/current-user.ts";
import { Directory } from "../user/directory.ts";
import { Login } from "../user/login.ts";
import { type UserRecord, Users } from "../user/user.entity.ts";
import { hasAdminRole } from "../user/user.rules.ts";
import { User } from "../user/user.ts";
import { SessionCookie } from "./session-cookie.ts";
import { SignupPermission } from "./signup-permission.ts";

const { deliverTokens, sessionFields } = SessionCookie;

/** Signing up, signing in and signing out. */

export const TokenInfo = z.object({
  access_token: z.string().describe("Sent as `Authorization: Bearer …`, valid for expires_in seconds"),
  // Not optional, although a response with the cookie omits it: clients that do not ask for the cookie rely on it.
  refresh_token: z
    .string()
    .describe("Valid for one use; the response contains the next one. Omitted if the request has `session: cookie`"),
  token_type: z.literal("Bearer"),
  expires_in: z.number().int(),
});

export const SessionInfo = Session.Info.extend({ is_current: z.boolean().describe("Whether it is the session of this request") });

/**
 * Attempts in a quarter of an hour. Once an email has many failures from all addresses, each address has only a few attempts for it, and
 * finally none. Known devices have attempts of their own.
 */
const MAX_ATTEMPTS = {
  signup: 500,
  device: 10,
  login: 10,
  loginOfEmail: 100,
  firstOfAddress: 2,
  firstLoginsOfEmail: 1000,
  failuresOfAddress: 100,
};

/** Returns how many attempts an email has from all addresses, for an attempt with this number from one of them. */
const maxAttemptsOfEmail = (attemptNumber: number): number =>
  attemptNumber <= MAX_ATTEMPTS.firstOfAddress ? MAX_ATTEMPTS.firstLoginsOfEmail : MAX_ATTEMPTS.loginOfEmail;

/** Sign-in tries at most this many tenants of an email; with more tenants, the caller names one. */
const MAX_TENANTS = 10;

/** What a user gets who has signed in; a refresh returns no device token. */
export type SignInResult = Tokens & { tenant: TenantRecord; user: UserRecord; device_token?: string };

/** Where the tenant works. What the caller leaves out is suggested from the request, and can be changed in the settings. */
const placeFields = {
  default_country: Settings.shape.default_country.unwrap().optional(),
  timezone: Settings.shape.timezone.unwrap().optional(),
  currency: Settings.shape.currency.unwrap().optional(),
};

const Signup = z.strictObject({
  tenant_name: name(255),
  tenant_slug: Tenant.slug,
  first_name: User.Create.shape.first_name,
  last_name: User.Create.shape.last_name,
  full_name: User.Create.shape.full_name,
  email: email(),
  password: Password.schema,
  token: SignupPermission.token
    .optional()
    .describe("Token of a sign-up link, which is used up. Required where sign-up is not open"),
  ...placeFields,
  ...sessionFields,
});

/** Creates a tenant with its first user, an administrator, and signs the user in. All of it is written in one transaction. */
export const signup = fn(
  Signup,
  async ({ session, ...input }) => deliverTokens(await createTenantWithUser(input), session),
  async ({ password, tenant_name, tenant_slug, ...read }, unread) => {
    const { email, first_name, last_name } = expandFullName(read);
    const tenantNames = [tenant_name, tenant_slug].filter((name) => name !== undefined);
    const passwordOwner = { personalTexts: [email, first_name, last_name], tenantNames: tenantNames };
    await requireAll(
      () => requireName({ first_name, last_name }, unread),
      () => password && Password.requireStrong(password, passwordOwner),
    );
  },
);

async function createTenantWithUser({
  tenant_name,
  tenant_slug,
  password,
  token,
  default_country,
  timezone,
  currency,
  ...personFields
}: Omit<z.output<typeof Signup>, "session">): Promise<SignInResult> {
  await Throttle.attempt("signup", [Throttle.callerAddress(), MAX_ATTEMPTS.signup]);
  await SignupPermission.requireAllowed(token);
  const person = requireName(expandFullName(personFields));
  const settings = await buildInitialSettings({ default_country, timezone, currency });
  const { email: address, first_name, last_name } = person;
  const passwordContext = {
    login: Login.normalizeEmail(address),
    personalTexts: [address, first_name, last_name],
    tenantNames: [tenant_name, tenant_slug],
  };
  const hash = await Password.hash(password, passwordContext);
  const id = newId(TENANT);
  return runAsTenant(id, async () => {
    const plan = { plan: "FREE", status: "ACTIVE", status_reason: null } as const;
    const limits = Limits.parse({});
    const tenant = Records.init(Tenants, { name: tenant_name, slug: tenant_slug, ...plan, settings, limits }, { id });
    const user = User.buildUser({ ...person, role: "ADMIN", extra_roles: [] }, "ACTIVE");
    const tx = addTenant(transaction(), tenant, user, hash);
    SignupPermission.addToTransaction(tx, token);
    const tokens = await Session.open(tx, user.id);
    await tx.commit(undefined);
    return { tenant, user, ...tokens, device_token: await issueDeviceToken(user, hash) };
  });
}

const issueDeviceToken = ({ id, email }: UserRecord, hash: string): Promise<string> =>
  DeviceToken.issue({ email: Login.normalizeEmail(email), user_id: id }, hash);

/** Returns the default settings at the place of the request. */
async function buildInitialSettings(given: { [F in keyof typeof placeFields]: string | undefined }): Promise<Settings> {
  await Tenant.checkCodes(given, "");
  const { suggestSettings } = await import("../tenant/suggested-settings.ts");
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Settings.parse({ ...suggestSettings(useRequest(), given), ...Object.fromEntries(entries) });
}

/** Adds everything that is written for a new tenant with its first user. */
export function addTenant(tx: Transaction, tenant: TenantRecord, user: UserRecord, hash: string): Transaction {
  tx.put(
    { pk: systemKey("slug", tenant.slug), sk: "slug", tenant_id: tenant.id },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => conflict("A tenant with this slug already exists", [{ field: "tenant_slug", message: "Already in use" }]),
    },
  );
  tx.put({ pk: systemKey("tenants", "all"), sk: tenant.id, created_at: tenant.created_at });
  tx.create(Tenants, tenant);
  return User.add(tx, user, hash);
}

const Credentials = z
  .strictObject({
    email: text(255).optional(),
    password: text(256).optional(),
    tenant_slug: text(63)
      .optional()
      .describe("Required only if the email exists in several tenants and no device_token names the one that is meant"),
    device_token: text(512)
      .optional()
      .describe("From an earlier sign-in on this device: wrong passwords that others try elsewhere then do not lock it out"),
    challenge: text(512)
      .optional()
      .describe(
        "From the answer SECOND_FACTOR_REQUIRED to a right email and password. It is sent in place of them, within 5 minutes",
      ),
    code: SecondFactor.code.optional().describe("With `challenge`: a code of the authenticator app, or a recovery code"),
    ...sessionFields,
  })
  .meta({ anyOf: [{ required: ["email", "password"] }, { required: ["challenge", "code"] }] });

type Credentials = Omit<z.output<typeof Credentials>, "session">;

/**
 * Signs a user in. A wrong password, an unknown user and a user without a password get the same answer after the same amount of work. A device
 * token names the tenant, unless `tenant_slug` names another; a token that is invalid or was revoked is ignored. A user with a second factor
 * first gets a challenge, and signs in with it and a code.
 */
export const login = fn(Credentials, async ({ session, ...credentials }) =>
  deliverTokens(await (isContinuation(credentials) ? signInWithCode : signInWithPassword)(credentials), session),
);

const isContinuation = ({ challenge, code }: Credentials): boolean => challenge !== undefined || code !== undefined;

/** Returns the fields that a sign-in needs; refuses an input that lacks one, or has fields of the other way to sign in. */
function requireFields<F extends keyof Credentials>(
  credentials: Credentials,
  required: readonly F[],
  excluded: readonly F[] | readonly (keyof Credentials)[],
) {
  const isGiven = (field: keyof Credentials): boolean => credentials[field] !== undefined;
  const details = [
    ...required.filter((field) => !isGiven(field)).map((field) => ({ field, message: "Required" })),
    ...excluded.filter(isGiven).map((field) => ({ field, message: "Must not be sent with a challenge" })),
  ];
  if (details.length > 0) throw invalidAll(details);
  return credentials as Credentials & Record<F, string>;
}

async function signInWithPassword(input: Credentials): Promise<SignInResult> {
  const { device_token, ...credentials } = requireFields(input, ["email", "password"], []);
  const { email: address, password, tenant_slug } = credentials;
  const device = device_token === undefined ? undefined : await DeviceToken.read(device_token, Login.normalizeEmail(address));
  // Only the holder of a genuine token of this email causes a read before the attempt is counted.
  const logins = device && (await listLogins(address, tenant_slug));
  const signedIn = device && logins && (await signInOnDevice(device, password, logins));
  return signedIn ?? Throttle.limitFailures("login", MAX_ATTEMPTS.failuresOfAddress, () => signIn(credentials, logins));
}

/** Signs in a user who has sent the right password before, by the code of the second factor. */
function signInWithCode(input: Credentials): Promise<SignInResult> {
  const { challenge: token, code } = requireFields(
    input,
    ["challenge", "code"],
    ["email", "password", "tenant_slug", "device_token"],
  );
  return Throttle.limitFailures("login", MAX_ATTEMPTS.failuresOfAddress, async () => {
    const challenge = await Challenge.read(token);
    if (!challenge) throw invalidChallenge();
    return runAsTenant(challenge.tenant_id, async () => {
      const hash = await Password.read(challenge.user_id);
      if (hash === undefined || !(await Challenge.hasPassword(challenge, hash))) throw invalidChallenge();
      return SecondFactor.limitCodes(challenge.user_id, () => openSession(challenge.user_id, hash, code));
    });
  });
}

const invalidChallenge = () =>
  new Failure("UNAUTHENTICATED", "The challenge is invalid or has expired: send your email and password again", {
    details: [{ field: "challenge", message: "Invalid or expired" }],
  });

/** Signs the user of a known device in. Returns undefined if another tenant is meant, or if the password has changed since. */
async function signInOnDevice(
  device: Device,
  password: string,
  logins: readonly FoundLogin[],
): Promise<SignInResult | undefined> {
  const { tenant_id, user_id } = device;
  const own = logins.find((candidate) => candidate.tenant_id === tenant_id && candidate.user_id === user_id);
  const hash = own && (await resolveHash(own));
  if (hash === undefined || !(await DeviceToken.hasPassword(device, hash))) return undefined;
  const attempt = await Throttle.attempt("device", [device.id, MAX_ATTEMPTS.device]);
  if (!(await Password.verify(password, hash))) throw wrongPassword();
  return refundAfter(attempt, () => runAsTenant(tenant_id, () => openSession(user_id, hash)));
}

const wrongPassword = () => unauthenticated("Email or password is wrong");

async function signIn(
  { email: address, password, tenant_slug }: { email: string; password: string; tenant_slug?: string | undefined },
  listedLogins: readonly FoundLogin[] | undefined,
): Promise<SignInResult> {
  const normalizedEmail = Login.normalizeEmail(address);
  const attempt = await Throttle.attempt(
    "login",
    [`${normalizedEmail} ${Throttle.callerAddress()}`, MAX_ATTEMPTS.login],
    [normalizedEmail, maxAttemptsOfEmail],
  );
  const logins = (listedLogins ?? (await listLogins(address, tenant_slug))).slice(0, MAX_TENANTS);
  const hashes = await Promise.all(logins.map(resolveHash));
  const matches = await Password.verifyAll(password, hashes);
  const [match, ...otherMatches] = logins.flatMap((candidate, index) =>
    matches[index] ? [{ ...candidate, hash: hashes[index] as string }] : [],
  );
  if (!match) throw wrongPassword();
  if (otherMatches.length > 0) throw invalid("tenant_slug", "This email exists in several tenants: specify one");
  return refundAfter(attempt, () => runAsTenant(match.tenant_id, () => openSession(match.user_id, match.hash)));
}

/** Takes an attempt with the right password back, also if a code is required in addition. */
async function refundAfter<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    await attempt.refund();
    return result;
  } catch (error) {
    if (isFailure(error, "SECOND_FACTOR_REQUIRED")) await attempt.refund();
    throw error;
  }
}

/**
 * Returns the hash of a login; undefined if the user has not chosen a password. It is read from the user, for users who chose their password
 * before the login item stored it, or who were restored since.
 */
const resolveHash = async ({ hash, tenant_id, user_id }: FoundLogin): Promise<string | undefined> =>
  hash === undefined ? runAsTenant(tenant_id, () => Password.read(user_id)) : (hash ?? undefined);

interface FoundLogin {
  tenant_id: string;
  user_id: string;
  /** Null if the user has not chosen a password; undefined if the login item does not store it. */
  hash: string | null | undefined;
}

/** Returns the users who sign in with an email, in all tenants, up to a maximum, or in the named one. */
export const findLogins = async (address: string, slug: string | undefined): Promise<FoundLogin[]> =>
  (await listLogins(address, slug)).slice(0, MAX_TENANTS);

async function listLogins(address: string, slug: string | undefined): Promise<FoundLogin[]> {
  const validSlug = Tenant.slug.safeParse(slug).data;
  const [items, tenant] = await Promise.all([
    queryAll(Login.partitionKey(address)),
    validSlug === undefined ? undefined : readItem({ pk: systemKey("slug", validSlug), sk: "slug" }),
  ]);
  return items
    .map((item) => ({
      tenant_id: String(item.sk),
      user_id: String(item.user_id),
      hash: item.hash as FoundLogin["hash"],
    }))
    .filter(({ tenant_id }) => slug === undefined || tenant_id === tenant?.tenant_id);
}

/** Concurrent sign-ins of one user must not conflict: within these seconds, only one of them stamps the login time. */
const LOGIN_STAMP_SECONDS = 1;

/**
 * Signs in the user whose password was verified against `hash`. Throws SECOND_FACTOR_REQUIRED with a challenge if the user has a second factor
 * and no `code` of it was sent.
 */
export function openSession(userId: string, hash: string, code?: string): Promise<SignInResult> {
  return retryOnConflict(async () => {
    const [tenant, user] = await Promise.all([Records.read(Tenants, useTenant()), Records.read(Users, userId)]);
    if (user.status !== "ACTIVE") throw unauthenticated("This user cannot sign in");
    const tx = Password.requireUnchanged(transaction(), userId, hash);
    if (code !== undefined) await SecondFactor.useCode(tx, userId, code);
    else if (user.second_factor_at !== null) throw new SecondFactorRequired(await Challenge.issue(userId, hash));
    const isNoted = user.last_login_at !== null && user.last_login_at > Clock.addSeconds(-LOGIN_STAMP_SECONDS);
    const next = isNoted ? user : Records.nextVersion(user, { ...user, last_login_at: Clock.now() });
    if (isNoted) tx.requireUnchanged(user);
    else tx.replace(Users, user, next);
    const tokens = await Session.open(tx, userId);
    await tx.commit(undefined);
    return { tenant, user: next, ...tokens, device_token: await issueDeviceToken(next, hash) };
  });
}

const RefreshInput = z.strictObject({
  refresh_token: text(512).optional().describe("Required, unless it is in the session cookie"),
  ...sessionFields,
});

/** Exchanges a refresh token for new tokens. With the cookie, several tabs of a browser may do so at the same moment (`Session.rotate`). */
export const refresh = fn(RefreshInput, async (input) =>
  deliverTokens(await refreshSession(SessionCookie.requireRefreshToken(input)), input.session),
);

async function refreshSession(refresh_token: string): Promise<SignInResult> {
  const currentSession = await Session.find(refresh_token);
  if (!currentSession) throw unauthenticated("The refresh token is not valid");
  const { tenant_id, session_id, user_id } = currentSession;
  return runAsTenant(tenant_id, async () => {
    const [tenant, user] = await Promise.all([Records.read(Tenants, tenant_id), Records.load(Users, user_id)]);
    if (user?.status !== "ACTIVE") throw unauthenticated("This user cannot sign in");
    try {
      return { tenant, user, ...(await Session.rotate(session_id, refresh_token)) };
    } catch (error) {
      // `rotate` may have just ended the session, because its token was used twice.
      CredentialCache.forget();
      throw error;
    }
  });
}

/** Ends the session of the access token that was sent. */
export const logout = fn(z.strictObject({}), async () => {
  SessionCookie.removeCookie();
  await Session.end(requireSession().session_id, "logout");
  CredentialCache.forget();
  return null;
});

export const Me = User.Info.extend({
  email: z.string().describe("Empty for an API key"),
  type: z
    .enum(["user", "api_key"])
    .describe("Type of the caller. An API key has its name as `display_name`, and no other personal data"),
  expires_at: outputInstant().nullable().describe("When the session or the API key ends; null: never"),
  permissions: z.array(z.string()).describe("Such as `lead:convert`"),
  must_set_up_second_factor: z
    .boolean()
    .describe("Whether the tenant requires a second factor that the user has not set up. All other operations are then a 403"),
  sees_all_records: z
    .boolean()
    .describe(
      "Whether the caller sees the records of all owners. If not, lists, totals and figures have only the records that the caller sees",
    ),
  tenant: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
});

/** Returns the caller, their tenant, and the names of their permissions. */
export const me = fn(z.strictObject({}), async () => {
  const { actor, credentialExpiresAt = null, mustSetUpSecondFactor = false } = useContext();
  const isKey = actor.type === "api_key";
  const [caller, { id, name, slug }] = await Promise.all([
    isKey ? presentApiKey(actor.id) : Records.read(Users, requireSession().id),
    Records.read(Tenants, useTenant()),
  ]);
  const type = isKey ? ("api_key" as const) : ("user" as const);
  const permissions = listPermissions();
  const sees_all_records = Directory.seesAllRecords();
  return {
    ...caller,
    type,
    expires_at: credentialExpiresAt,
    permissions,
    must_set_up_second_factor: mustSetUpSecondFactor,
    sees_all_records,
    tenant: { id, name, slug },
  };
});

export const RoleInfo = z.object({
  role: oneOf(roles),
  permissions: z.array(z.string()).describe("Such as `lead:convert`"),
});

/** Lists the roles in the order of their rights, with the names of their permissions. */
export const listRoles = fn(z.strictObject({}), async () =>
  roles.map((role) => ({ role, permissions: listRolePermissions(role) })),
);

/** Presents an API key in the form of a user: only its name and role are set. */
async function presentApiKey(id: string): Promise<UserRecord> {
  const { name: display_name, role, expires_at: _ends, hint: _hint, ...base } = await ApiKey.get({ id });
  return {
    ...toStoredFields(User.listDefinition.fields, { email: "", role, extra_roles: [] }),
    ...base,
    display_name,
    status: "ACTIVE",
    last_login_at: null,
    password_changed_at: null,
    activation_requested_at: null,
    password_reset_requested_at: null,
    second_factor_at: null,
  };
}

export const listSessions = fn(z.strictObject({}), async () => {
  const { id, session_id } = requireSession();
  return (await Session.listActive(id)).map((session) => ({ ...session, is_current: session.id === session_id }));
});

/** Ends one of the caller's own sessions. */
export const revoke = fn(IdInput, async ({ id }) => {
  const activeSessions = await Session.listActive(requireSession().id);
  if (!activeSessions.some((session) => session.id === id)) throw notFound();
  await Session.end(id, "revoked");
  CredentialCache.forget();
  return null;
});

/** Ends the caller's own sessions, except the current one. */
export const revokeOtherSessions = fn(z.strictObject({}), async () => {
  const { id, session_id } = requireSession();
  await Session.endAll(id, "revoked", session_id);
  CredentialCache.forget();
  return null;
});

/** Ends all sessions of a user; for administrators. */
export const revokeAll = fn(IdInput, async ({ id }) => {
  const user = await Records.read(Users, id);
  if (hasAdminRole(user)) SessionRules.requireUserSession(SessionRules.administratorAccess);
  await Session.endAll(id, "revoked by an administrator");
  CredentialCache.forget();
  return null;
});

export * as Auth from "./auth.ts";
