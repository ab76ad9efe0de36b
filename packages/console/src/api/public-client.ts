import { type Client, createClient } from "@crm/sdk/index.ts";
import { watchedFetch } from "./connection.ts";

/** The API as a visitor sees it who is not signed in. It looks for no session. */
export const publicCrm: Client = createClient({ language: document.documentElement.lang, fetch: watchedFetch });
