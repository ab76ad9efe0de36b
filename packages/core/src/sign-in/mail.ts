import { usePorts, useTenant } from "../kernel/context.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { Records } from "../storage/write/records.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { Users } from "../user/user.entity.ts";
import { Link, type Purpose } from "./link.ts";

interface Letter {
  page: string;
  subject(tenant: string): string;
  text(tenant: string, url: string): string;
}

const letters: Record<Purpose, Letter> = {
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

/**
 * The mail that an invitation or a forgotten password asks for. It is made from the record, so an event that comes
 * late, when the link has been used or asked for again, sends nothing that would still work in its place.
 */
export async function sendLink(event: DomainEvent): Promise<void> {
  const purpose: Purpose = event.type === "user.activation_requested" ? "activation" : "password_reset";
  const [user, tenant] = await Promise.all([Records.load(Users, event.record_id), Records.load(Tenants, useTenant())]);
  if (!user || !tenant || user.status !== Link.terms[purpose].status || !Link.requestedAt(purpose, user)) return;
  const { mail, origin } = usePorts();
  const { page, subject, text } = letters[purpose];
  const url = `${origin}/${page}?token=${await Link.make(purpose, user)}`;
  await mail.send({
    id: event.id,
    to: user.email,
    // A name may hold line breaks; a subject may not.
    subject: subject(tenant.name).replace(/\s+/g, " "),
    text: `Hello ${user.first_name},\n\n${text(tenant.name, url)}`,
  });
}
