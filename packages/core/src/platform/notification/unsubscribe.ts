import * as z from "zod";
import { actAs, runIn, useTenant } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { text } from "../../kernel/schema.ts";
import { withLink } from "../sign-in/link-context.ts";
import { Settings } from "./settings.ts";

/** Lets users choose their mails with the link in a mail, without signing in. */

const TokenInput = z.object({ token: text(200) });

/** Runs as the user who received the mail, without roles, so that the link reaches only the user's own settings. */
const runAsRecipient = <T>(token: string, work: () => Promise<T>): Promise<T> =>
  withLink(token, "notifications", ({ id }) => {
    const actor = { type: "user", tenant_id: useTenant(), id, session_id: "", roles: [] } as const;
    return runIn(actAs("unsubscribe_link", actor, { visibleOwners: async () => new Set([id]) }), work);
  });

export const get = fn(TokenInput, ({ token }) => runAsRecipient(token, () => Settings.get({})));

export const set = fn(
  TokenInput.extend({
    types: z.record(registryName("notifications"), z.boolean()).describe("Whether each type is sent by mail"),
  }),
  ({ token, types }) => runAsRecipient(token, () => Settings.updateMailChannels({ types })),
);

export * as Unsubscribe from "./unsubscribe.ts";
