import { Clock } from "../../kernel/clock.ts";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { sendSmsThrottled, sendThrottled } from "../../platform/auth/throttled-send.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { type Translations, translationsFor } from "./i18n.ts";
import { formatCodeDestination, isCodeValid } from "./session.rules.ts";
import { type SignatureRecord, SignatureRequests, type Signer } from "./signature.entity.ts";
import { SignerToken } from "./token.ts";
import { BUILTIN, isOpen } from "./transition.rules.ts";
import { requireAccess } from "./transition.ts";

/**
 * Mails and SMS to signers. The mail id is made of the event and the signer, so the mail port sends a mail once even if the event is delivered again.
 */

/** Maximum mails in an hour to one address, for each tenant. */
const MAX_MAILS_PER_HOUR = 30;

export const onRequestEvent = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => sendMails(event));

async function sendMails(event: DomainEvent): Promise<void> {
  const request = await Records.load(SignatureRequests, event.record_id, { live: true });
  if (!request || request.provider !== BUILTIN) return;
  const tenant = await Tenant.get({});
  if (tenant.status === "SUSPENDED") return;
  const [owner] = isId(request.created_by, USER) ? await Directory.loadActive([request.created_by]) : [];
  for (const signer of listRecipients(event, request)) {
    if (event.type === "signature_request.code_asked" && signer.code_by === "sms") {
      await sendCodeBySms(event, request, signer);
      continue;
    }
    const mailText = await composeMail(event, request, signer, tenant.name);
    if (!mailText) continue;
    const message = {
      id: `${event.id}.${signer.id}`,
      to: signer.email,
      subject: stripLinks(mailText.subject),
      text: mailText.text,
    };
    // A code is sent even to an address that refuses mails, because the signer requested it.
    const send = event.type === "signature_request.code_asked" ? sendThrottled : TransactionalMail.sendMail;
    await send(withBrand({ ...message, ...(owner ? { reply_to: owner.email } : {}) }, tenant, request.language), [
      `signature of ${useTenant()} to ${normalizeAddress(signer.email)}`,
      MAX_MAILS_PER_HOUR,
    ]);
  }
}

/** Sends the code by SMS. */
async function sendCodeBySms(event: DomainEvent, request: SignatureRecord, { id, phone }: Signer): Promise<void> {
  const access = requireAccess(request, id);
  if (phone === null || !isCodeValid(access, Clock.now())) return;
  const placeholders = { title: request.name, code: await SignerToken.computeCode(request.id, id, access) };
  const text = stripLinks(fillPlaceholders(translationsFor(request.language).sms_text, placeholders));
  await sendSmsThrottled({ id: `${event.id}.${id}`, to: phone, text }, [
    `signature of ${useTenant()} to ${phone}`,
    MAX_MAILS_PER_HOUR,
  ]);
}

const versionFields = {
  "signature_request.invited": "invited_in",
  "signature_request.reminded": "reminded_in",
  "signature_request.code_asked": "code_in",
} as const;

/** Returns the signers that this version of the request writes to. For an ended request these are all signers who were asked. */
function listRecipients({ type, version }: DomainEvent, request: SignatureRecord): Signer[] {
  const field = versionFields[type as keyof typeof versionFields];
  if (field === undefined) return request.signers.filter(({ state }) => state !== "waiting");
  if (!isOpen(request.status)) return [];
  return request.signers.filter(({ id, state }) => requireAccess(request, id)[field] === version && isWaiting(state));
}

const isWaiting = (state: Signer["state"]): boolean => state === "sent" || state === "delivered";

interface MailText {
  subject: string;
  text: string;
}

async function composeMail(
  { type }: DomainEvent,
  request: SignatureRecord,
  signer: Signer,
  from: string,
): Promise<MailText | undefined> {
  const words = translationsFor(request.language);
  const access = requireAccess(request, signer.id);
  const day = createLocaleFormat(request.language).day(instantToDay(useSettings().timezone, request.expires_at));
  const placeholders = { title: request.name, from, name: signer.name, day };
  const personal =
    signer.code_by === "sms" ? fillPlaceholders(words.personal_sms, { to: formatCodeDestination(signer) }) : words.personal;
  const url = `${usePorts().origin}/s/${await SignerToken.build(request, signer.id, access)}`;
  const buildMailText = (subject: keyof Translations, ...lines: readonly (string | null)[]): MailText => ({
    subject: fillPlaceholders(words[subject], placeholders),
    text: `${[fillPlaceholders(words.greeting, placeholders), ...lines.flatMap((line) => line ?? [])].join("\n\n")}\n`,
  });
  switch (type) {
    case "signature_request.invited":
      return buildMailText(
        "invite_subject",
        fillPlaceholders(words.invite_text, placeholders),
        request.message,
        fillPlaceholders(words.invite_link, placeholders),
        url,
        personal,
      );
    case "signature_request.reminded":
      return buildMailText(
        "remind_subject",
        fillPlaceholders(words.remind_text, placeholders),
        fillPlaceholders(words.invite_link, placeholders),
        url,
        personal,
      );
    case "signature_request.code_asked": {
      if (!isCodeValid(access, Clock.now())) return undefined;
      const code = await SignerToken.computeCode(request.id, signer.id, access);
      return buildMailText("code_subject", fillPlaceholders(words.code_text, { ...placeholders, code }));
    }
    case "signature_request.filed":
      return buildMailText(
        "copy_subject",
        fillPlaceholders(words.copy_text, placeholders),
        `${url}/document\n${url}/certificate`,
        formatHashes(request),
      );
    case "signature_request.declined": {
      const declinerName = request.signers.find(({ state }) => state === "declined")?.name ?? "";
      return buildMailText("over_subject", fillPlaceholders(words.declined_text, { ...placeholders, name: declinerName }));
    }
    case "signature_request.voided":
      return buildMailText("over_subject", fillPlaceholders(words.voided_text, placeholders));
    default:
      return buildMailText("over_subject", fillPlaceholders(words.expired_text, placeholders));
  }
}

/** The hashes by which a recipient can verify the files (docs/agreements/signatures.md). */
const formatHashes = ({ signed_hash, certificate_hash, evidence }: SignatureRecord): string =>
  [`SHA-256 (PDF): ${signed_hash}`, `SHA-256 (certificate): ${certificate_hash}`, `Last hash: ${evidence.at(-1)?.hash}`].join(
    "\n",
  );
