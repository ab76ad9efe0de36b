import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { email, text } from "../../kernel/schema.ts";
import { type Edit, Records } from "../../storage/write/records.ts";
import { requirePassword } from "../auth/confirm-password.ts";
import { Password } from "../auth/password.ts";
import { Session } from "../auth/session.ts";
import { Throttle } from "../auth/throttle.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { requireSession } from "../user/current-user.ts";
import { Login } from "../user/login.ts";
import { type UserRecord, Users } from "../user/user.entity.ts";
import { User } from "../user/user.ts";
import { findLogins, openSession } from "./auth.ts";
import { withLink } from "./link-context.ts";
import { Link } from "./mail-link.ts";
import { ResetRequest } from "./reset-request.ts";
import { SessionCookie } from "./session-cookie.ts";

/** Choosing a password: with the old password, with a reset link, or with the link of an invitation. */

/** Attempts in a quarter of an hour. */
const MAX_ATTEMPTS = { mails: 5, mailsOfCaller: 100, mailsToEmail: 10 };

export const change = fn(
  z.strictObject({ current_password: text(256), password: Password.schema }),
  async ({ current_password, password }) => {
    const { id, session_id } = requireSession();
    await requirePassword(id, current_password, "current_password");
    const reason = "the password was changed";
    await writePassword(id, password, async (user, tx) => {
      await Session.endInTransaction(tx, id, reason, session_id);
      return user;
    });
    await Session.endAll(id, reason, session_id);
    User.forget();
    return null;
  },
);

/** Writes a new password, together with the change of the user that `edit` makes in the same transaction. */
async function writePassword(userId: string, password: string, edit: Edit<UserRecord>): Promise<string> {
  const hash = await Password.hash(password, await User.buildPasswordOwner(await Records.read(Users, userId)));
  await Records.change(Users, userId, async (user, tx) => {
    const after = { ...(await edit(user, tx)), password_changed_at: Clock.now(), password_reset_requested_at: null };
    Password.write(tx, userId, hash);
    Login.setHash(tx, user, hash);
    User.countAdmins(tx, user, after);
    return after;
  });
  return hash;
}

/** Requests a reset mail. The answer and the work are the same whether or not the user exists. */
export const requestReset = fn(z.strictObject({ email: email(), tenant_slug: text(63).optional() }), async (input) => {
  const { email: address, tenant_slug } = input;
  const [login, caller] = [Login.normalizeEmail(address), Throttle.callerAddress()];
  await Throttle.attempt(
    "reset",
    [`${login} ${caller}`, MAX_ATTEMPTS.mails],
    [caller, MAX_ATTEMPTS.mailsOfCaller],
    [login, MAX_ATTEMPTS.mailsToEmail],
  );
  await ResetRequest.save(login, await findLogins(address, tenant_slug));
  return { message: "If this user exists, a mail is on its way" };
});

const LinkPassword = z.strictObject({ token: text(200), password: Password.schema });

/** Returns the user and tenant of a valid link. Nothing is changed, because mail scanners open links before people do. */
export const readLinkOwner = (token: string, purpose: Link.Purpose): Promise<{ email: string; organisation: string }> =>
  withLink(token, purpose, async ({ email }) => ({ email, organisation: (await Records.read(Tenants, useTenant())).name }));

/** Chooses a new password with a reset link, once, and ends all sessions. */
export const reset = fn(LinkPassword, ({ token, password }) =>
  withLink(token, "password_reset", async ({ id: userId }) => {
    const reason = "the password was reset";
    await writePassword(userId, password, async (user, tx) => {
      await Link.check(token, "password_reset", user);
      await Session.endInTransaction(tx, userId, reason);
      return user;
    });
    await Session.endAll(userId, reason);
    User.forget();
    return null;
  }),
);

/** Chooses the first password with the link of an invitation, once, and calls `next` with the user and the password's hash. */
const chooseFirstPassword = <T>(
  { token, password }: z.output<typeof LinkPassword>,
  next: (userId: string, hash: string) => Promise<T>,
) =>
  withLink(token, "activation", async ({ id: userId }) => {
    const hash = await writePassword(userId, password, async (user) => {
      await Link.check(token, "activation", user);
      return { ...user, status: "ACTIVE", activation_requested_at: null };
    });
    User.forget();
    return next(userId, hash);
  });

/** Chooses the first password and signs in. */
export const activate = fn(LinkPassword.extend(SessionCookie.sessionFields), async ({ session, ...input }) =>
  SessionCookie.deliverTokens(await chooseFirstPassword(input, openSession), session),
);

/** Chooses the first password without opening a session, because a web page has no place to keep its tokens. */
export const accept = fn(LinkPassword, (input) => chooseFirstPassword(input, async () => null));

export * as NewPassword from "./new-password.ts";
