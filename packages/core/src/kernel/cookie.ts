/** Cookies of pages and sessions (RFC 6265). */

interface CookieOptions {
  readonly path: string;
  /** Whether browsers send the cookie over HTTPS only. */
  readonly isSecure: boolean;
  /** Seconds for which the browser keeps it: 0 removes it; by default the browser removes it when it closes. */
  readonly maxAge?: number;
}

/** Builds a cookie that scripts cannot read and that browsers do not send with requests of other sites. */
export function formatCookie(name: string, value: string, { path, isSecure, maxAge }: CookieOptions): string {
  const secure = isSecure ? "; Secure" : "";
  const lasts = maxAge === undefined ? "" : `; Max-Age=${maxAge}`;
  return `${name}=${value}; Path=${path}; HttpOnly; SameSite=Strict${secure}${lasts}`;
}

/** Returns the value of a cookie in a `Cookie` header. */
export const findCookie = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(";")
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
