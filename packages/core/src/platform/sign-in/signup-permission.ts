import * as z from "zod";
import { usePorts, useRequest } from "../../kernel/context.ts";
import { type Failure, forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { oneOf, outputInstant, text } from "../../kernel/schema.ts";
import { listFirstTenants } from "../../storage/read/tenants.ts";
import { systemKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { SignupLink } from "./signup-link.ts";

/** Who may create a tenant: by the setting of the deployment, or with a one-time link. */

/** The token of a sign-up link. */
export const token = text(100).min(1);

/** Refuses a sign-up that the setting does not allow. `addToTransaction` checks again what others may change at the same time. */
export async function requireAllowed(linkToken: string | undefined): Promise<void> {
  const { signup } = usePorts();
  if (linkToken !== undefined) await SignupLink.check(linkToken);
  else if (signup === "closed" || (signup === "first" && !(await isEmpty()))) throw rejectSignup();
}

/** Adds to the transaction that creates the tenant what makes the sign-up the only one with its link, or the first one of the server. */
export function addToTransaction(tx: Transaction, linkToken: string | undefined): void {
  if (linkToken !== undefined) SignupLink.use(tx, linkToken);
  else if (usePorts().signup === "first") {
    const firstKey = { pk: systemKey("tenants", "first"), sk: "first" };
    tx.put(firstKey, { condition: "attribute_not_exists(pk)", rejection: rejectSignup });
  }
}

const isEmpty = async (): Promise<boolean> => (await listFirstTenants(1)).length === 0;

const rejectSignup = (): Failure => {
  const details = [{ field: "token", message: "Required" }];
  return usePorts().signup === "first"
    ? forbidden(
        "Sign-up is open only for the first organization of this server: ask an administrator for an invitation, or the operator of the server for a sign-up link",
        details,
      )
    : forbidden("Sign-up is closed on this server: ask the operator of the server for a sign-up link", details);
};

export const Options = z
  .object({
    signup: oneOf(["open", "link"]).describe("`open`: a visitor may sign up; `link`: only with a sign-up link"),
    is_empty: z.boolean().describe("Whether there is no tenant yet"),
    keeps_mail_local: z
      .boolean()
      .describe("Whether mails stay in a mailbox on the machine of the server and reach no recipient, as on a laptop"),
    suggested: z
      .object({
        default_country: z.string().optional(),
        timezone: z.string().optional(),
        currency: z.string().optional(),
      })
      .describe("Settings for a new tenant, as far as they follow from the request or the country"),
  })
  .meta({ id: "SignInOptions" });

const country = text(2).optional().describe("Country for which settings are suggested. Defaults to that of the request");

/** Says what a visitor may do who has not signed in. It reads at most one item. */
export const readOptions = fn(z.strictObject({ country }), async (input) => {
  const { signup, keepsMailLocal } = usePorts();
  const is_empty = await isEmpty();
  const isOpen = signup === "open" || (signup === "first" && is_empty);
  const { suggestSettings } = await import("../tenant/suggested-settings.ts");
  const suggested = suggestSettings(useRequest(), { default_country: input.country });
  return { signup: isOpen ? ("open" as const) : ("link" as const), is_empty, keeps_mail_local: keepsMailLocal, suggested };
});

export const LinkInfo = z.object({ expires_at: outputInstant() });

/** Says until when a sign-up link is valid. It does not use the link up. */
export const checkLink = fn(z.strictObject({ token }), ({ token: linkToken }) => SignupLink.check(linkToken));

export * as SignupPermission from "./signup-permission.ts";
