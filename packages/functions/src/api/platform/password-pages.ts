import { fn } from "@crm/core/kernel/fn.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import type { PasswordPurpose } from "@crm/core/platform/sign-in/mail-link.ts";
import * as z from "zod";
import { pageOperation } from "../../http/page-operation.ts";

/** The pages on which people choose a password. Mails link to them. They do what the password operations of the API do. */
const load = () => import("../../pages/password.ts");

/** Other query parameters are ignored: programs that guard mailboxes add some to the link. */
const Link = z.object({ token: z.string().default("") });
const PasswordForm = Link.extend({ password: z.string().default(""), password_again: z.string().default("") });

const createShowVerb = (purpose: PasswordPurpose) => fn(Link, async ({ token }) => (await load()).show(purpose, token));
const createChooseVerb = (purpose: PasswordPurpose) => fn(PasswordForm, async (input) => (await load()).choose(purpose, input));

export const passwordPages = (keyspaces: { forgot: readonly Keyspace[]; choose: readonly Keyspace[] }) =>
  [
    pageOperation({
      name: "activationPage",
      method: "GET",
      path: "/activate",
      summary: "Page of an invitation",
      verb: createShowVerb("activation"),
    }),
    pageOperation({
      name: "sendActivationPage",
      method: "POST",
      path: "/activate",
      summary: "Set the first password on the page of an invitation",
      verb: createChooseVerb("activation"),
      keyspaces: keyspaces.choose,
    }),
    pageOperation({
      name: "resetPasswordPage",
      method: "GET",
      path: "/reset-password",
      summary: "Page of a password link",
      verb: createShowVerb("password_reset"),
    }),
    pageOperation({
      name: "sendResetPasswordPage",
      method: "POST",
      path: "/reset-password",
      summary: "Set a new password on the page of a password link",
      verb: createChooseVerb("password_reset"),
      keyspaces: keyspaces.choose,
    }),
    pageOperation({
      name: "forgotPasswordPage",
      method: "GET",
      path: "/forgot-password",
      summary: "Page to request a password link",
      verb: fn(z.object({}), async () => (await load()).showEmailForm()),
    }),
    pageOperation({
      name: "sendForgotPasswordPage",
      method: "POST",
      path: "/forgot-password",
      summary: "Request an email with a password link on the page",
      verb: fn(z.object({ email: z.string().default("") }), async ({ email }) => (await load()).requestLink(email)),
      keyspaces: keyspaces.forgot,
    }),
  ] as const;
