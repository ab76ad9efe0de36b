import type * as z from "zod";
import { usePorts, useRequest } from "../../kernel/context.ts";
import { findCookie, formatCookie } from "../../kernel/cookie.ts";
import { forbidden, invalid, unauthenticated } from "../../kernel/error.ts";
import { oneOf } from "../../kernel/schema.ts";
import { SESSION_SECONDS } from "../auth/session.ts";
import { Token } from "../auth/token.ts";

/**
 * Sessions of browsers (docs/platform/sign-in.md). The refresh token is in a cookie that scripts cannot read, so a script that an attacker brings
 * into a page cannot take it along. The access token is in the answer, and pages keep it in memory only.
 */

/** How a client keeps its refresh token. */
export const sessionFields = {
  session: oneOf(["token", "cookie"])
    .optional()
    .describe(
      "`cookie`: the refresh token is set as a cookie that scripts cannot read, and is not in the response; for pages. Default: `token`",
    ),
};
type SessionMode = z.output<typeof sessionFields.session>;

const isSecure = (): boolean => usePorts().origin.startsWith("https:");
/** The prefix makes browsers refuse a cookie of this name from a subdomain or without HTTPS. A local server has no HTTPS. */
const cookieName = (): string => (isSecure() ? "__Host-crm_session" : "crm_session");

/**
 * Tells pages that the browser has a session cookie, which they cannot read. So the sign-in page is shown without a request that fails. It is of no
 * other use: no operation reads it.
 */
const SIGNED_IN_COOKIE = "crm_signed_in";

/** Builds the cookie of a refresh token, and the one that pages can read. An empty token removes both. */
function buildCookies(token: string, maxAge: number): string[] {
  const options = { path: "/", isSecure: isSecure(), maxAge };
  const hint = token === "" ? "" : "1";
  return [formatCookie(cookieName(), token, options), formatCookie(SIGNED_IN_COOKIE, hint, { ...options, isReadable: true })];
}

/** Moves the refresh token of a result into the cookie, if the client keeps it there. */
export async function deliverTokens<R extends { access_token: string; refresh_token: string }>(
  result: R,
  mode: SessionMode,
): Promise<Omit<R, "refresh_token"> & { refresh_token?: string }> {
  if (mode !== "cookie") return result;
  requireOwnOrigin();
  const { refresh_token, ...rest } = result;
  useRequest().set_cookies = buildCookies(refresh_token, SESSION_SECONDS);
  return { ...rest, access_token: await Token.toBrowserToken(result.access_token) };
}

/** Returns the refresh token of a request: from the input, or from the cookie. */
export function requireRefreshToken({ refresh_token, session }: { refresh_token?: string; session?: SessionMode }): string {
  if (session !== "cookie") {
    if (refresh_token === undefined) throw invalid("refresh_token", "Required, unless `session` is `cookie`");
    return refresh_token;
  }
  if (refresh_token !== undefined) throw invalid("refresh_token", "Must be omitted if `session` is `cookie`");
  requireCsrfHeader();
  const token = findCookie(useRequest().cookies, cookieName());
  if (!token) throw unauthenticated("The request has no session cookie: sign in");
  return token;
}

/** Removes the cookie from the caller's browser, if the request has it. */
export function removeCookie(): void {
  const request = useRequest();
  if (!findCookie(request.cookies, cookieName())) return;
  requireCsrfHeader();
  request.set_cookies = buildCookies("", 0);
}

/** Refuses pages of other origins. Behind a proxy the host of a request may be another one than that of our pages, which `origin` names. */
function requireOwnOrigin(): void {
  const { origin, has_foreign_origin } = useRequest();
  if (has_foreign_origin && origin !== usePorts().origin) throw forbidden("Pages of other origins cannot use the session cookie");
}

function requireCsrfHeader(): void {
  requireOwnOrigin();
  if (!useRequest().has_csrf_header) throw forbidden("Requests with the session cookie need the header X-CRM-CSRF: 1");
}

export * as SessionCookie from "./session-cookie.ts";
