import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useActor, useTenant } from "../kernel/context.ts";
import { conflict, forbidden, invalid, notFound, unauthenticated } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { email, name, text } from "../kernel/schema.ts";
import { Settings } from "../kernel/settings.ts";
import { get, queryAll } from "../storage/database.ts";
import { systemKey } from "../storage/key.ts";
import { Records } from "../storage/records.ts";
import { settled, transaction } from "../storage/transaction.ts";
import { type TenantRecord, Tenants } from "../tenant/tenant.entity.ts";
import { Tenant } from "../tenant/tenant.ts";
import { type UserRecord, Users } from "../user/user.entity.ts";
import { User } from "../user/user.ts";
import { Link } from "./link.ts";
import { Password } from "./password.ts";
import { Principal } from "./principal.ts";
import { asTenant, Session, type Tokens } from "./session.ts";
import { Throttle } from "./throttle.ts";

/** Signing up, in and out. */

export const TokenInfo = z.object({
  access_token: z.string().describe("Sent as `Authorization: Bearer …`, good for expires_in seconds"),
  refresh_token: z.string().describe("Good for one use: the answer has the next"),
  token_type: z.literal("Bearer"),
  expires_in: z.number().int(),
});

const RATES = { signup: 500, login: 10, loginOfEmail: 100, reset: 5 };

type SignedIn = Tokens & { tenant: TenantRecord; user: Partial<UserRecord> };

const Signup = z.strictObject({
  tenant_name: name(255),
  tenant_slug: Tenant.slug,
  first_name: name(50, 2),
  last_name: name(50, 2),
  email: email(),
  password: Password.schema,
});

/** A new tenant with its first user, an administrator, signed in. All of it is there, or nothing. */
export const signup = fn(Signup, async (input): Promise<SignedIn> => {
  await Throttle.attempt("signup", { [Throttle.caller()]: RATES.signup });
  const hash = await Password.hash(input.password, [input.email, input.first_name, input.last_name]);
  const tenantId = newId("tenant");
  return asTenant(tenantId, async () => {
    const userId = newId("user");
    const tenant = Records.born(
      Tenants,
      {
        name: input.tenant_name,
        slug: input.tenant_slug,
        plan: "FREE",
        status: "ACTIVE",
        status_reason: null,
        settings: Settings.parse({}),
      },
      { id: tenantId },
    );
    const { email: address, first_name, last_name } = input;
    const admin = { email: address, first_name, last_name, role: "ADMIN" as const, extra_roles: [] };
    const user = User.newUser(admin, { status: "ACTIVE", id: userId });
    const tx = transaction()
      .put(
        { pk: systemKey("slug", tenant.slug), sk: "slug", tenant_id: tenantId },
        {
          condition: "attribute_not_exists(pk)",
          refused: () => conflict("A tenant with this slug exists", [{ field: "tenant_slug", message: "Already in use" }]),
        },
      )
      .put({ pk: systemKey("tenants", "all"), sk: tenantId, created_at: tenant.created_at })
      .create(Tenants, tenant)
      .create(Users, user);
    User.addLogin(tx, user);
    User.countAdmins(tx, undefined, user);
    Password.write(tx, userId, hash);
    const tokens = await Session.open(tx, userId);
    await tx.commit(undefined);
    return { tenant, user: User.own(user), ...tokens };
  });
});

const Login = z.strictObject({
  email: text(255),
  password: text(256),
  tenant_slug: text(63).optional().describe("Needed only where the email is in several tenants"),
});

export const login = fn(Login, async ({ email: address, password, tenant_slug }): Promise<SignedIn> => {
  const subjects = {
    [`${address.toLowerCase()} ${Throttle.caller()}`]: RATES.login,
    [address.toLowerCase()]: RATES.loginOfEmail,
  };
  await Throttle.attempt("login", subjects);
  const matching: { tenant_id: string; user_id: string }[] = [];
  const found = await loginsOf(address, tenant_slug);
  for (const each of found.slice(0, 10)) {
    const right = await asTenant(each.tenant_id, async () => {
      const stored = await Password.read(each.user_id);
      return stored !== undefined && Password.verify(password, stored);
    });
    if (right) matching.push(each);
  }
  if (found.length === 0) await Password.pretend(password);
  const [match, ...others] = matching;
  if (!match) throw unauthenticated("Email or password is wrong");
  if (others.length > 0) throw invalid("tenant_slug", "This email is in several tenants: say which one");
  const signedIn = await asTenant(match.tenant_id, () => openSession(match.user_id));
  await Throttle.succeeded("login", subjects);
  return signedIn;
});

async function loginsOf(address: string, slug: string | undefined): Promise<{ tenant_id: string; user_id: string }[]> {
  const [items, named] = await Promise.all([
    queryAll(User.loginPartition(address)),
    slug === undefined ? undefined : get({ pk: systemKey("slug", slug.replaceAll("#", "") || "-"), sk: "slug" }),
  ]);
  return items
    .map((item) => ({ tenant_id: String(item.sk), user_id: String(item.user_id) }))
    .filter(({ tenant_id }) => slug === undefined || tenant_id === named?.tenant_id);
}

async function openSession(userId: string): Promise<SignedIn> {
  return settled(async () => {
    const [tenant, user] = await Promise.all([Records.read(Tenants, useTenant()), Records.read(Users, userId)]);
    if (user.status !== "ACTIVE") throw unauthenticated("This user cannot sign in");
    const next = Records.nextVersion(user, { ...user, last_login_at: Clock.now() });
    const tx = transaction().replace(Users, user, next);
    const tokens = await Session.open(tx, userId);
    await tx.commit(undefined);
    return { tenant, user: User.own(next), ...tokens };
  });
}

export const refresh = fn(z.strictObject({ refresh_token: text(512) }), async ({ refresh_token }): Promise<SignedIn> => {
  const { tokens, user_id, tenant_id } = await Session.refresh(refresh_token);
  return asTenant(tenant_id, async () => {
    const [tenant, user] = await Promise.all([Records.read(Tenants, tenant_id), Records.find(Users, user_id)]);
    if (user?.status !== "ACTIVE") throw unauthenticated("This user cannot sign in");
    return { tenant, user: User.own(user), ...tokens };
  });
});

/** Ends the session of the token that was sent. */
export const logout = fn(z.strictObject({}), async () => {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("An API key has no session");
  await Session.end(actor.session_id, "logout");
  Principal.forget();
  return null;
});

export const me = fn(z.strictObject({}), async () => {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("An API key is no user");
  return User.own(await Records.read(Users, actor.id));
});

const requireUser = (): { id: string; session_id: string } => {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("An API key has no sessions and no password");
  return actor;
};

export const sessions = fn(z.strictObject({}), async () => {
  const { id, session_id } = requireUser();
  return (await Session.listOf(id)).map((session) => ({ ...session, is_current: session.id === session_id }));
});

/** Ends one of the caller's own sessions. */
export const revoke = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const user = requireUser();
  const own = (await Session.listOf(user.id)).some((session) => session.id === id);
  if (!own) throw notFound();
  await Session.end(id, "revoked");
  Principal.forget();
  return null;
});

/** Ends all sessions of a user, for administrators. */
export const revokeAll = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  await Records.read(Users, id);
  await Session.endAll(id, "revoked by an administrator");
  Principal.forget();
  return null;
});

export const changePassword = fn(z.strictObject({ current_password: text(256), password: Password.schema }), async (input) => {
  const { id, session_id } = requireUser();
  await Throttle.attempt("login", { [`password of ${id}`]: RATES.login });
  const stored = await Password.read(id);
  if (!stored || !(await Password.verify(input.current_password, stored))) throw invalid("current_password", "Not your password");
  await setPassword(id, input.password, (user) => user);
  await Session.endAll(id, "the password was changed", session_id);
  Principal.forget();
  return null;
});

async function setPassword(userId: string, password: string, edit: (user: UserRecord) => UserRecord): Promise<void> {
  const before = await Records.read(Users, userId);
  const hash = await Password.hash(password, [before.email, before.first_name, before.last_name]);
  await Records.change(Users, userId, (user, tx) => {
    Password.write(tx, userId, hash);
    const after = edit({ ...user, password_changed_at: Clock.now(), password_reset_requested_at: null });
    User.countAdmins(tx, user, after);
    return after;
  });
}

/** Asks for a mail with a link; the answer is the same whether or not there is such a user. */
export const forgotPassword = fn(z.strictObject({ email: email(), tenant_slug: text(63).optional() }), async (input) => {
  await Throttle.attempt("reset", { [input.email.toLowerCase()]: RATES.reset, [Throttle.caller()]: RATES.reset * 20 });
  for (const { tenant_id, user_id } of (await loginsOf(input.email, input.tenant_slug)).slice(0, 10)) {
    await asTenant(tenant_id, async () => {
      const user = await Records.find(Users, user_id);
      if (user?.status !== "ACTIVE") return;
      await Records.change(Users, user_id, (current) => ({ ...current, password_reset_requested_at: Clock.now() }));
    });
  }
  return { message: "If this user exists, a mail is on its way" };
});

const WithLink = z.strictObject({ token: text(200), password: Password.schema });

/** Chooses a new password by the link of a mail, and ends all sessions. */
export const resetPassword = fn(WithLink, async ({ token, password }) => {
  const { tenant_id, user_id } = Link.read(token);
  return asTenant(tenant_id, async () => {
    await Link.check(token, "password_reset", tenant_id, await Records.find(Users, user_id), Clock.now());
    await setPassword(user_id, password, (user) => user);
    await Session.endAll(user_id, "the password was reset");
    return null;
  });
});

/** Chooses the first password by the link of the invitation, and signs in. */
export const activate = fn(WithLink, async ({ token, password }): Promise<SignedIn> => {
  const { tenant_id, user_id } = Link.read(token);
  return asTenant(tenant_id, async () => {
    const user = await Records.find(Users, user_id);
    await Link.check(token, "activation", tenant_id, user, Clock.now());
    if (user?.status !== "PENDING_ACTIVATION") throw invalid("token", "The user is activated already");
    await setPassword(user_id, password, (current) => ({ ...current, status: "ACTIVE", activation_requested_at: null }));
    return openSession(user_id);
  });
});

export * as Auth from "./auth.ts";
