import { useTenant } from "@crm/core/kernel/context.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { text } from "@crm/core/kernel/schema.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { ApiKey } from "@crm/core/platform/auth/api-key.ts";
import { apiKeyGrants } from "@crm/core/platform/auth/auth.kind.ts";
import { SessionRules } from "@crm/core/platform/auth/session-rule.ts";
import { Token } from "@crm/core/platform/auth/token.ts";
import { Auth } from "@crm/core/platform/sign-in/auth.ts";
import { NewPassword } from "@crm/core/platform/sign-in/new-password.ts";
import { SignupPermission } from "@crm/core/platform/sign-in/signup-permission.ts";
import { tenantGrants } from "@crm/core/platform/tenant/tenant.kind.ts";
import { Tenant } from "@crm/core/platform/tenant/tenant.ts";
import { Users } from "@crm/core/platform/user/user.entity.ts";
import { userGrants } from "@crm/core/platform/user/user.kind.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, RawResponse, recordSchema, rowSchema } from "../../http/operation.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { passwordPages } from "./password-pages.ts";

/** Keyspaces that are needed before the tenant is known: to find a user by email, and to open or continue a session. */
const loginKeyspaces: readonly Keyspace[] = ["login", "slug", "throttle"];
const sessionKeyspaces: readonly Keyspace[] = ["signing_key", "refresh"];

const SignInResult = Auth.TokenInfo.extend({
  tenant: z.object({ id: z.string(), name: z.string(), slug: z.string() }).loose(),
  user: z.object({ id: z.string(), email: z.string(), role: z.string() }).loose(),
  device_token: z
    .string()
    .optional()
    .describe(
      "After a sign-in with a password: send it with the next `login` on this device. It is valid for 90 days, until the password or the email changes",
    ),
}).meta({ id: "SignedIn" });

const PasswordGrant = z.strictObject({
  grant_type: z.literal("password"),
  username: text(255).describe("Email address of the user"),
  password: text(1000),
  client_id: text(64).optional().describe("Slug of the tenant; needed if the email exists in several tenants"),
  client_secret: text(1000).optional().describe("Ignored: clients are not distinguished"),
  scope: text(1000).optional().describe("Ignored: a token has all permissions of its user"),
});

const userLinks = linksFor(Users);
const apiKeyLinks = linksFrom({ self: "/api-keys/{id}" });
const tenantLinks = linksFrom({ self: "/tenant" });

/** Also for what a visitor reads before signing up, because an account has a limit of roles. */
const signupKeyspaces = [...loginKeyspaces, ...sessionKeyspaces, "tenants"] as const;

const operations = [
  operation({
    name: "signup",
    method: "POST",
    path: "/auth/signup",
    tag: "Sign-in",
    access: "public",
    summary: "Create a tenant",
    description:
      "Creates the tenant and its first user, an administrator, and signs them in. A deployment says who may sign up: every visitor, a visitor while " +
      "there is no tenant, or only visitors with a one-time link of the operator. Others get a 403.",
    verb: Auth.signup,
    output: SignInResult,
    status: 201,
    keyspaces: signupKeyspaces,
    keyed: false,
  }),
  operation({
    name: "getSignInOptions",
    method: "GET",
    path: "/auth/options",
    tag: "Sign-in",
    access: "public",
    summary: "Read what a visitor may do who is not signed in",
    description: "For the pages of sign-in and sign-up.",
    verb: SignupPermission.readOptions,
    output: SignupPermission.Options,
    keyspaces: signupKeyspaces,
  }),
  operation({
    name: "checkSignupLink",
    method: "POST",
    path: "/auth/signup/link",
    tag: "Sign-in",
    access: "public",
    summary: "Check a sign-up link",
    description: "The link is not used up. A link that is unknown, used or expired is a 403.",
    verb: SignupPermission.checkLink,
    output: SignupPermission.LinkInfo,
    keyspaces: signupKeyspaces,
    keyed: false,
  }),
  operation({
    name: "login",
    method: "POST",
    path: "/auth/login",
    tag: "Sign-in",
    access: "public",
    summary: "Sign in",
    description:
      "Failures are counted in a quarter of an hour: by email and address (10), by address (100), and by email from all addresses: after 100, an address " +
      "has 2 attempts for the email, and after 1,000 none. More are a 429 with `Retry-After`. A device that sends its `device_token` has 10 attempts " +
      "of its own, which failures of others do not use up. Open sessions are not affected. " +
      "If the user has a second factor, a right email and password is a 401 SECOND_FACTOR_REQUIRED with a `challenge`: send it with a `code`. A user has " +
      "10 attempts for the code in a quarter of an hour.",
    verb: Auth.login,
    output: SignInResult,
    keyspaces: [...loginKeyspaces, ...sessionKeyspaces],
    keyed: false,
  }),
  operation({
    name: "token",
    method: "POST",
    path: "/auth/token",
    tag: "Sign-in",
    access: "public",
    summary: "Sign in as an OAuth 2.0 client",
    description:
      "The password grant of RFC 6749, for tools that support nothing else, such as the dialog of the documentation. The response follows the RFC, " +
      "without an envelope.",
    verb: fn(PasswordGrant, async ({ username, password, client_id }) => {
      const { access_token, refresh_token, token_type, expires_in } = await Auth.login({
        email: username,
        password,
        ...(client_id ? { tenant_slug: client_id } : {}),
      });
      const answer = { access_token, refresh_token, token_type, expires_in };
      return new RawResponse("application/json; charset=utf-8", JSON.stringify(answer), { "cache-control": "no-store" });
    }),
    kind: "raw",
    keyspaces: [...loginKeyspaces, ...sessionKeyspaces],
    keyed: false,
    takesForms: true,
    largestBody: 8 * 1024,
  }),
  operation({
    name: "refresh",
    method: "POST",
    path: "/auth/refresh",
    tag: "Sign-in",
    access: "public",
    summary: "Exchange a refresh token for new tokens",
    description:
      "A refresh token can be used once. Reuse ends its session, except within 30 seconds, when it returns the same response. " +
      'With `session: "cookie"`, the token is read from the cookie, and the header `X-CRM-CSRF: 1` is required.',
    verb: Auth.refresh,
    output: SignInResult,
    keyspaces: sessionKeyspaces,
    keyed: false,
  }),
  operation({
    name: "logout",
    method: "POST",
    path: "/auth/logout",
    tag: "Sign-in",
    access: "signed_in",
    summary: "End the session",
    description: "Removes the session cookie. If the request has this cookie, the header `X-CRM-CSRF: 1` is required.",
    verb: Auth.logout,
    sessionRule: SessionRules.ownSignIn,
    keyed: false,
    duringSetUp: true,
  }),
  operation({
    name: "me",
    method: "GET",
    path: "/auth/me",
    tag: "Sign-in",
    access: "signed_in",
    summary: "Read the caller: the signed-in user, or the API key",
    description: "With the tenant and, in `permissions`, the names of the caller's permissions.",
    verb: Auth.me,
    output: recordSchema("Me", Auth.Me),
    kind: "record",
    duringSetUp: true,
    links: (record) => (record.type === "api_key" ? apiKeyLinks(record) : userLinks(record)),
  }),
  operation({
    name: "listSessions",
    method: "GET",
    path: "/auth/sessions",
    tag: "Sign-in",
    access: "signed_in",
    summary: "List the user's own sessions",
    verb: Auth.listSessions,
    sessionRule: SessionRules.ownSignIn,
    output: z.array(Auth.SessionInfo),
  }),
  operation({
    name: "revokeSession",
    method: "DELETE",
    path: "/auth/sessions/{id}",
    tag: "Sign-in",
    access: "signed_in",
    summary: "End one of the user's own sessions",
    verb: Auth.revoke,
    sessionRule: SessionRules.ownSignIn,
    keyed: false,
  }),
  operation({
    name: "revokeOtherSessions",
    method: "DELETE",
    path: "/auth/sessions",
    tag: "Sign-in",
    access: "signed_in",
    summary: "End all of the user's own sessions except this one",
    verb: Auth.revokeOtherSessions,
    sessionRule: SessionRules.ownSignIn,
    keyed: false,
  }),
  operation({
    name: "changePassword",
    method: "POST",
    path: "/auth/password",
    tag: "Sign-in",
    access: "signed_in",
    summary: "Change the password",
    description: "Ends all other sessions.",
    verb: NewPassword.change,
    sessionRule: SessionRules.ownSignIn,
    keyspaces: ["throttle", "login"],
    keyed: false,
  }),
  operation({
    name: "forgotPassword",
    method: "POST",
    path: "/auth/password/forgot",
    tag: "Sign-in",
    access: "public",
    summary: "Request an email to set a new password",
    verb: NewPassword.requestReset,
    output: z.object({ message: z.string() }),
    status: 202,
    keyspaces: [...loginKeyspaces, "reset"],
    keyed: false,
  }),
  operation({
    name: "resetPassword",
    method: "POST",
    path: "/auth/password/reset",
    tag: "Sign-in",
    access: "public",
    summary: "Set a new password with the link of an email",
    verb: NewPassword.reset,
    keyspaces: ["login"],
    keyed: false,
  }),
  operation({
    name: "activate",
    method: "POST",
    path: "/auth/activate",
    tag: "Sign-in",
    access: "public",
    summary: "Set the first password with the link of an invitation",
    verb: NewPassword.activate,
    output: SignInResult,
    keyspaces: [...sessionKeyspaces, "login"],
    keyed: false,
  }),
  operation({
    name: "signingKeys",
    method: "GET",
    path: "/auth/keys",
    tag: "Sign-in",
    access: "public",
    summary: "Get the public keys of access tokens (JWKS)",
    verb: fn(z.strictObject({}), () => Token.jwks()),
    output: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
    keyspaces: ["signing_key"],
  }),
  operation({
    name: "getTenant",
    method: "GET",
    path: "/tenant",
    tag: "Tenant",
    access: tenantGrants.read,
    summary: "Read the tenant and its settings",
    verb: Tenant.get,
    output: recordSchema("Tenant", Tenant.Info),
    kind: "record",
    links: tenantLinks,
  }),
  operation({
    name: "updateTenant",
    method: "PATCH",
    path: "/tenant",
    tag: "Tenant",
    access: tenantGrants.manage,
    summary: "Change the tenant's name or settings",
    description: "Takes effect everywhere within 60 seconds. `null` resets a setting to its default.",
    verb: Tenant.update,
    sessionRule: SessionRules.secondFactorRequirement,
    findRecordId: useTenant,
    output: recordSchema("Tenant", Tenant.Info),
    kind: "record",
    links: tenantLinks,
  }),
  operation({
    name: "listRoles",
    method: "GET",
    path: "/roles",
    tag: "Users",
    access: userGrants.read,
    summary: "List the roles with their permissions",
    description: "Roles are the same for all tenants. Which records a user sees also depends on the setting `visibility`.",
    verb: Auth.listRoles,
    output: z.array(Auth.RoleInfo),
    inBatch: true,
  }),
  operation({
    name: "createApiKey",
    method: "POST",
    path: "/api-keys",
    tag: "API keys",
    access: apiKeyGrants.manage,
    summary: "Create an API key",
    description: "The response has the key, only this once.",
    verb: ApiKey.create,
    sessionRule: SessionRules.newApiKey,
    output: recordSchema("ApiKeyCreated", ApiKey.CreatedKey),
    kind: "record",
    status: 201,
    keyspaces: ["api_key"],
    keyed: false,
    links: apiKeyLinks,
  }),
  ...buildListOperations({
    name: "listApiKeys",
    path: "/api-keys",
    tag: "API keys",
    access: apiKeyGrants.manage,
    summary: "List API keys",
    verb: ApiKey.list,
    output: rowSchema("ApiKeyRow", ApiKey.Info),
    links: apiKeyLinks,
  }),
  operation({
    name: "getApiKey",
    method: "GET",
    path: "/api-keys/{id}",
    tag: "API keys",
    access: apiKeyGrants.manage,
    summary: "Read an API key, without its secret",
    verb: ApiKey.get,
    output: recordSchema("ApiKey", ApiKey.Info),
    kind: "record",
    links: apiKeyLinks,
  }),
  operation({
    name: "revokeApiKey",
    method: "DELETE",
    path: "/api-keys/{id}",
    tag: "API keys",
    access: apiKeyGrants.manage,
    summary: "Revoke an API key",
    description: "An API key with the role ADMIN may revoke itself and others, so that a program can end a leak.",
    verb: ApiKey.revoke,
    output: recordSchema("ApiKey", ApiKey.Info),
    kind: "record",
    keyspaces: ["api_key"],
    links: apiKeyLinks,
  }),
  ...passwordPages({ forgot: [...loginKeyspaces, "reset"], choose: ["login"] }),
];

// Hashing a password takes about 50 ms of a full processor; all other operations mostly wait for the table.
export const auth = defineApiFunction(operations, {
  uses: [
    "secrets:links",
    "secrets:lookups",
    "secrets:sessions",
    "secrets:signing",
    "seal",
    "domains",
    "signup",
    "objects:uploads:get",
    "objects:attachments:put",
  ],
  memory: 1769,
});
