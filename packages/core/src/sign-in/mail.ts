import { sendSparingly } from "../auth/sparing.ts";
import { usePorts, useTenant } from "../kernel/context.ts";
import { spoken } from "../kernel/mail-text.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { Records } from "../storage/write/records.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { Login } from "../user/login.ts";
import { Users } from "../user/user.entity.ts";
import { type Choosing, Link } from "./link.ts";

interface Letter {
  page: string;
  subject(tenant: string): string;
  text(tenant: string, url: string): string;
}

const letters: Record<Choosing, Letter> = {
  activation: {
    page: "activate",
    subject: (tenant) => `Your invitation to ${tenant}`,
    text: (tenant, url) => `${tenant} has invited you. Choose a password within ${Link.terms.activation.words}:\n\n${url}\n`,
  },
  password_reset: {
    page: "reset-password",
    subject: () => "Choose a new password",
    text: (tenant, url) =>
      `somebody asked for a new password for you at ${tenant}. If it was you, choose it within ${Link.terms.password_reset.words}:\n\n${url}\n\nIf not, do nothing.\n`,
  },
};

/** Mails with a link in an hour to one address, from all tenants together. */
const MOST = 5;

/**
 * The mail that an invitation or a forgotten password asks for. It is made from the record, so an event that comes
 * late, when the link has been used or asked for again, sends nothing that would still work in its place.
 */
export async function sendLink(event: DomainEvent): Promise<void> {
  const purpose: Choosing = event.type === "user.activation_requested" ? "activation" : "password_reset";
  const [user, tenant] = await Promise.all([Records.load(Users, event.record_id), Records.load(Tenants, useTenant())]);
  if (!user || !tenant) return;
  const at = purpose === "activation" ? user.activation_requested_at : event.at;
  if (!Link.isOpen(purpose, user, at)) return;
  const token = await (purpose === "activation" ? Link.ofInvitation(user) : Link.ofReset(user, at));
  const { page, subject, text } = letters[purpose];
  const url = `${usePorts().origin}/${page}?token=${token}`;
  // What people called themselves goes to somebody who may not know them: names, and nothing that asks or leads anywhere.
  const from = spoken(tenant.name) || "your organisation";
  const name = spoken(user.first_name || user.display_name);
  await sendSparingly(
    {
      id: event.id,
      to: user.email,
      subject: subject(from),
      text: `Hello${name ? ` ${name}` : ""},\n\n${text(from, url)}`,
    },
    [Login.nameOf(user.email), MOST],
  );
}
