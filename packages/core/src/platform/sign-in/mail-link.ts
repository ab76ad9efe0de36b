import type { KeyObject } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { computeMac, isSameSecret, keyFor, keysFor } from "../../storage/vault/secret.ts";
import { TENANT } from "../tenant/tenant.kind.ts";
import type { UserRecord } from "../user/user.entity.ts";
import { USER } from "../user/user.kind.ts";

/**
 * Tokens of links in mails. They are keyed hashes, so nothing secret is stored.
 * An invitation's token covers the instant of the last invitation, which the user record stores; a later invitation invalidates it.
 * A password-reset token contains its own instant, and becomes invalid when the password or email changes. A stranger's request therefore does not
 * invalidate the token of another request.
 * A notification token becomes invalid only when the email changes, so that the link in an old mail can still unsubscribe.
 */
export type Purpose = PasswordPurpose | "notifications";
/** The purposes for which a password is chosen. */
export type PasswordPurpose = "activation" | "password_reset";

/** How long a link is valid, and the user status that it requires. */
export const terms = {
  activation: { seconds: 7 * 24 * 60 * 60, words: "7 days", status: "PENDING_ACTIVATION" },
  password_reset: { seconds: 60 * 60, words: "an hour", status: "ACTIVE" },
  notifications: {
    seconds: Number.POSITIVE_INFINITY,
    status: "ACTIVE",
  },
} as const satisfies Record<Purpose, { seconds: number; words?: string; status: UserRecord["status"] }>;

/** Builds the token of the user's invitation. */
export const buildInvitationToken = async (user: UserRecord): Promise<string> => invitationToken(await loadKey(), user);

/** Builds the token for choosing a new password, for a request at `requestedAt`. */
export const buildResetToken = async (user: UserRecord, requestedAt: string): Promise<string> =>
  resetToken(await loadKey(), user, requestedAt);

/** Builds the token for choosing which mails the user gets. */
export const buildNotificationsToken = async (user: Pick<UserRecord, "id" | "email">): Promise<string> =>
  notificationsToken(await loadKey(), user);

const loadKey = (): Promise<KeyObject> => keyFor("links", "link");

function invitationToken(key: KeyObject, user: UserRecord): string {
  const signature = computeMac(key, "activation", useTenant(), user.id, user.activation_requested_at ?? "");
  return `${useTenant()}.${user.id}.${signature}`;
}

function resetToken(key: KeyObject, user: UserRecord, requestedAt: string): string {
  const standing = [user.email, user.password_changed_at ?? ""];
  const signature = computeMac(key, "password_reset", useTenant(), user.id, requestedAt, ...standing);
  return `${useTenant()}.${user.id}.${Date.parse(requestedAt).toString(36)}.${signature}`;
}

const notificationsToken = (key: KeyObject, { id, email }: Pick<UserRecord, "id" | "email">): string =>
  `${useTenant()}.${id}.${computeMac(key, "notifications", useTenant(), id, email)}`;

const tokenBuilders: Record<Purpose, (key: KeyObject, user: UserRecord, issuedAt: string) => string> = {
  activation: invitationToken,
  password_reset: resetToken,
  notifications: notificationsToken,
};

/** Returns when the link was requested; null if it was not. */
const requestTimes: Record<Purpose, (user: UserRecord, token: string) => string | null> = {
  activation: (user) => user.activation_requested_at,
  password_reset: (_, token) => parseInstant(token),
  notifications: (user) => user.created_at,
};

/** Returns the tenant and user in a token. The signature is checked later, against the record. */
export function read(token: string): { tenant_id: string; user_id: string } {
  const [tenant_id = "", user_id = ""] = token.split(".");
  if (!isId(tenant_id, TENANT) || !isId(user_id, USER)) throw invalidLink();
  return { tenant_id, user_id };
}

/** Whether a link that was requested at an instant is valid now for the user. */
export const isOpen = (purpose: Purpose, user: UserRecord, requestedAt: string | null): requestedAt is string =>
  requestedAt !== null &&
  user.status === terms[purpose].status &&
  Clock.ms() < Date.parse(requestedAt) + terms[purpose].seconds * 1000;

/** Refuses a token that is not valid for the user now; called inside the change that uses it up. */
export async function check(token: string, purpose: Purpose, user: UserRecord | undefined): Promise<void> {
  const requestedAt = user && requestTimes[purpose](user, token);
  if (!user || requestedAt === undefined || !isOpen(purpose, user, requestedAt)) throw invalidLink();
  const keys = await keysFor("links", "link");
  if (!keys.some((key) => isSameSecret(tokenBuilders[purpose](key, user, requestedAt), token))) throw invalidLink();
}

/** Returns the instant in a token; null if it contains none. */
function parseInstant(token: string): string | null {
  const ms = Number.parseInt(/^[^.]+\.[^.]+\.([0-9a-z]{1,10})\.[^.]+$/.exec(token)?.[1] ?? "", 36);
  return Number.isNaN(ms) || ms > Clock.ms() + LEEWAY_MS ? null : new Date(ms).toISOString();
}

/** Milliseconds by which another machine's clock may be ahead. */
const LEEWAY_MS = 60_000;

const invalidLink = () => invalid("token", "The link is invalid or has expired");

export * as Link from "./mail-link.ts";
