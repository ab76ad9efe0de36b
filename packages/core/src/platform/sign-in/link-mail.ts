import { buildConsoleUrl } from "../../kernel/console-url.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { sanitizeName } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Records } from "../../storage/write/records.ts";
import { sendThrottled } from "../auth/throttled-send.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { Login } from "../user/login.ts";
import { Users } from "../user/user.entity.ts";
import { Link, type PasswordPurpose } from "./mail-link.ts";

interface LinkMail {
  page: string;
  subject(tenant: string): string;
  text(tenant: string, url: string): string;
}

const linkMails: Record<PasswordPurpose, LinkMail> = {
  activation: {
    page: "activate",
    subject: (tenant) => `Your invitation to ${tenant}`,
    text: (tenant, url) => `${tenant} has invited you. Choose a password within ${Link.terms.activation.words}:\n\n${url}\n`,
  },
  password_reset: {
    page: "reset-password",
    subject: () => "Choose a new password",
    text: (tenant, url) =>
      `a new password for you was requested at ${tenant}. If you requested it, choose it within ${Link.terms.password_reset.words}:\n\n${url}\n\nOtherwise, do nothing.\n`,
  },
};

/** Mails with a link to one address in an hour, from all tenants together. */
const MAX_MAILS_PER_HOUR = 5;

/**
 * Sends the mail for an invitation or a forgotten password. The mail is built from the current record: if an event arrives after its link was used or
 * replaced, no mail is sent.
 */
export async function sendLinkMail(event: DomainEvent): Promise<void> {
  const purpose: PasswordPurpose = event.type === "user.activation_requested" ? "activation" : "password_reset";
  const [user, tenant] = await Promise.all([Records.load(Users, event.record_id), Records.load(Tenants, useTenant())]);
  if (!user || !tenant) return;
  const requestedAt = purpose === "activation" ? user.activation_requested_at : event.at;
  if (!Link.isOpen(purpose, user, requestedAt)) return;
  const token = await (purpose === "activation" ? Link.buildInvitationToken(user) : Link.buildResetToken(user, requestedAt));
  const { page, subject, text } = linkMails[purpose];
  const url = buildConsoleUrl(usePorts().origin, `/${page}?token=${token}`);
  // The names were chosen by users and go to someone who may not know them, so anything that looks like a request or a link is removed.
  const from = sanitizeName(tenant.name) || "your organisation";
  const name = sanitizeName(user.first_name || user.display_name);
  await sendThrottled(
    {
      id: event.id,
      to: user.email,
      subject: subject(from),
      text: `Hello${name ? ` ${name}` : ""},\n\n${text(from, url)}`,
    },
    [Login.normalizeEmail(user.email), MAX_MAILS_PER_HOUR],
  );
}
