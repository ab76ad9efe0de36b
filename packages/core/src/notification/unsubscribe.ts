import * as z from "zod";
import { runIn, useContext, useTenant } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { nameOf } from "../kernel/names.ts";
import { text } from "../kernel/schema.ts";
import { byLink } from "../sign-in/by-link.ts";
import { Settings } from "./settings.ts";

/** What a user is told by mail, chosen by a link of such a mail without signing in. */

const Token = z.object({ token: text(200) });

/** As the user to whom the mail went: without a role, so that the link reaches what is their own and nothing else. */
const asRecipient = <T>(token: string, work: () => Promise<T>): Promise<T> =>
  byLink(token, "notifications", ({ id }) => {
    const actor = { type: "user", tenant_id: useTenant(), id, session_id: "", roles: [] } as const;
    return runIn({ ...useContext(), actor, visible: async () => new Set([id]) }, work);
  });

export const get = fn(Token, ({ token }) => asRecipient(token, () => Settings.get({})));

export const set = fn(
  Token.extend({ types: z.record(nameOf("notifications"), z.boolean()).describe("Whether each comes by mail") }),
  ({ token, types }) => asRecipient(token, () => Settings.mail({ types })),
);

export * as Unsubscribe from "./unsubscribe.ts";
