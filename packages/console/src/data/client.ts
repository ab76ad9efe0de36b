import { type Client, createClient } from "@crm/sdk/index.ts";

/** The API as the signed-in user sees it. The refresh token is in a cookie that scripts cannot read; the access token is in memory only. */
export const crm: Client = createClient({
  auth: { session: "cookie" },
  // The language of the page is set before this module is loaded.
  language: document.documentElement.lang,
});

/** The path of the API below which all operations are. */
const API_PATH = "/api/v1";

/** The path of a kind in the console: `/crm/leads` for `/api/v1/leads`. */
export const consolePath = (apiPath: string): string => `/crm${apiPath.slice(API_PATH.length)}`;
