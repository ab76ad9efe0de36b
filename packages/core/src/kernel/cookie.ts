/** Cookies of pages and sessions (RFC 6265). */

interface CookieOptions {
  readonly path: string;
  /** Whether browsers send the cookie over HTTPS only. */
  readonly isSecure: boolean;
  /** Seconds for which the browser keeps it: 0 removes it; by default the browser removes it when it closes. */
  readonly maxAge?: number;
  /** Whether scripts of our pages can read it. Such a cookie must contain no secret. */
  readonly isReadable?: boolean;
}

/** Builds a cookie that browsers do not send with requests of other sites and that, by default, scripts cannot read. */
export function formatCookie(name: string, value: string, { path, isSecure, maxAge, isReadable = false }: CookieOptions): string {
  const secure = isSecure ? "; Secure" : "";
  const lasts = maxAge === undefined ? "" : `; Max-Age=${maxAge}`;
  const hidden = isReadable ? "" : "; HttpOnly";
  return `${name}=${value}; Path=${path}${hidden}; SameSite=Strict${secure}${lasts}`;
}

/** Returns the value of a cookie in a `Cookie` header. */
export const findCookie = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(";")
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
