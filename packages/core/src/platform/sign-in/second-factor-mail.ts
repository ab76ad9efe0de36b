import { useTenant } from "../../kernel/context.ts";
import { sanitizeName } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Records } from "../../storage/write/records.ts";
import { sendThrottled } from "../auth/throttled-send.ts";
import { SecondFactors } from "../second-factor/second-factor.entity.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { Login } from "../user/login.ts";
import { Users } from "../user/user.entity.ts";

/** Notices about the second factor of a user, so that the user learns of a change that another person has made. */

const MAX_MAILS_PER_HOUR = 10;

interface Notice {
  subject: string;
  text: (recoveryCodesLeft: number) => string;
}

const notices: Readonly<Record<string, Notice>> = {
  "second_factor.switched_on": {
    subject: "Two-factor sign-in is on",
    text: () => "two-factor sign-in is now on. Your other devices were signed out. Keep your recovery codes in a safe place.",
  },
  "second_factor.switched_off": {
    subject: "Two-factor sign-in is off",
    text: () => "two-factor sign-in is now off. You sign in with your password alone.",
  },
  "second_factor.recovery_codes_renewed": {
    subject: "Your recovery codes were replaced",
    text: () => "your recovery codes for two-factor sign-in were replaced. The former codes are invalid.",
  },
  "second_factor.recovery_code_used": {
    subject: "A recovery code was used",
    text: (left) => `a recovery code was used to sign in. ${left} of your recovery codes are left.`,
  },
  "second_factor.failed": {
    subject: "Wrong codes at your sign-in",
    text: () => "your right password was sent, and then three wrong codes of your second factor.",
  },
};

export async function sendSecondFactorMail(event: DomainEvent): Promise<void> {
  const notice = notices[event.type];
  const record = notice && (await Records.load(SecondFactors, event.record_id));
  const user = record && (await Records.load(Users, record.user_id, { live: true }));
  if (!notice || !user) return;
  const tenant = await Records.read(Tenants, useTenant());
  const [organisation, name] = [
    sanitizeName(tenant.name) || "your organisation",
    sanitizeName(user.first_name || user.display_name),
  ];
  await sendThrottled(
    {
      id: event.id,
      to: user.email,
      subject: notice.subject,
      text: `Hello${name ? ` ${name}` : ""},\n\nat ${organisation}, ${notice.text(record.recovery_codes_left)}\n\nIf this was not you, change your password and tell an administrator.\n`,
    },
    [`second factor ${Login.normalizeEmail(user.email)}`, MAX_MAILS_PER_HOUR],
  );
}
