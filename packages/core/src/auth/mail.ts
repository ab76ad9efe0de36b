import { usePorts, useTenant } from "../kernel/context.ts";
import type { DomainEvent } from "../ports.ts";
import { Records } from "../storage/records.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { Users } from "../user/user.entity.ts";
import { Link, type Purpose } from "./link.ts";

/**
 * The mail that an invitation or a forgotten password asks for. It is made from the record, so an event that comes
 * late, when the link has been used or asked for again, sends nothing that would still work in its place.
 */
export async function sendLink(event: DomainEvent): Promise<void> {
  const purpose: Purpose = event.type === "user.activation_requested" ? "activation" : "password_reset";
  const [user, tenant] = await Promise.all([Records.find(Users, event.record_id), Records.find(Tenants, useTenant())]);
  const requested = purpose === "activation" ? user?.activation_requested_at : user?.password_reset_requested_at;
  if (!user || !tenant || user.deleted_at || !requested) return;
  const { mail, origin } = usePorts();
  const token = await Link.make(purpose, useTenant(), user);
  const hours = Math.round(Link.validFor(purpose) / 3600);
  const text =
    purpose === "activation"
      ? `Hello ${user.first_name},\n\n${tenant.name} has invited you. Choose a password within ${hours} hours:\n\n${origin}/activate?token=${token}\n`
      : `Hello ${user.first_name},\n\nsomebody asked for a new password for you at ${tenant.name}. If it was you, choose it within ${hours} hour:\n\n${origin}/reset-password?token=${token}\n\nIf not, do nothing.\n`;
  const subject = purpose === "activation" ? `Your invitation to ${tenant.name}` : "Choose a new password";
  await mail.send({ id: event.id, to: user.email, subject, text });
}
