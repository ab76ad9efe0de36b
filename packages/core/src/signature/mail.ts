import { sendSparingly, textSparingly } from "../auth/sparing.ts";
import { speechOf } from "../document/speech.ts";
import { addressOf } from "../invitation/recipients.ts";
import { Clock } from "../kernel/clock.ts";
import { usePorts, useSettings, useTenant } from "../kernel/context.ts";
import { isId } from "../kernel/id.ts";
import { unlinked } from "../kernel/mail-text.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { dayIn } from "../kernel/zone.ts";
import { Records } from "../storage/write/records.ts";
import { Outward } from "../suppression/outward.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";
import { BUILTIN, isOpen } from "./advance.rules.ts";
import { accessOf } from "./advance.ts";
import { codeTo, isCodeGood } from "./session.rules.ts";
import { type SignatureRecord, SignatureRequests, type Signer } from "./signature.entity.ts";
import { SignerToken } from "./token.ts";
import { filled, type Words, wordsOf } from "./words.ts";

/**
 * What those who sign are told by mail, behind the change that tells it. The number of a mail is made of its event and of whom it is for, so
 * the mail port sends it once, however often the event comes.
 */

/** Mails in an hour to one address, of one tenant. */
const MOST = 30;

export const tell = (event: DomainEvent): Promise<void> => Tenant.asConfigured(() => mailed(event));

async function mailed(event: DomainEvent): Promise<void> {
  const request = await Records.load(SignatureRequests, event.record_id, { live: true });
  if (!request || request.provider !== BUILTIN) return;
  const tenant = await Tenant.get({});
  if (tenant.status === "SUSPENDED") return;
  const [owner] = isId(request.created_by, USER) ? await Directory.activeNow([request.created_by]) : [];
  for (const signer of toldBy(event, request)) {
    if (event.type === "signature_request.code_asked" && signer.code_by === "sms") {
      await texted(event, request, signer);
      continue;
    }
    const written = await letterOf(event, request, signer, tenant.name);
    if (!written) continue;
    const message = { id: `${event.id}.${signer.id}`, to: signer.email, subject: unlinked(written.subject), text: written.text };
    // A code is asked for by whoever is to get it.
    const send = event.type === "signature_request.code_asked" ? sendSparingly : Outward.mail;
    await send({ ...message, ...(owner ? { reply_to: owner.email } : {}) }, [
      `signature of ${useTenant()} to ${addressOf(signer.email)}`,
      MOST,
    ]);
  }
}

/** A code to the telephone of whoever signs. */
async function texted(event: DomainEvent, request: SignatureRecord, { id, phone }: Signer): Promise<void> {
  const access = accessOf(request, id);
  if (phone === null || !isCodeGood(access, Clock.now())) return;
  const said = { title: request.name, code: await SignerToken.codeOf(request.id, id, access) };
  const text = unlinked(filled(wordsOf(request.language).sms_text, said));
  await textSparingly({ id: `${event.id}.${id}`, to: phone, text }, [`signature of ${useTenant()} to ${phone}`, MOST]);
}

const fields = {
  "signature_request.invited": "invited_in",
  "signature_request.reminded": "reminded_in",
  "signature_request.code_asked": "code_in",
} as const;

/** Whom this version tells something; of one that has ended all who were asked. */
function toldBy({ type, version }: DomainEvent, request: SignatureRecord): Signer[] {
  const field = fields[type as keyof typeof fields];
  if (field === undefined) return request.signers.filter(({ state }) => state !== "waiting");
  if (!isOpen(request.status)) return [];
  return request.signers.filter(({ id, state }) => accessOf(request, id)[field] === version && isWaiting(state));
}

const isWaiting = (state: Signer["state"]): boolean => state === "sent" || state === "delivered";

interface Letter {
  subject: string;
  text: string;
}

async function letterOf(
  { type }: DomainEvent,
  request: SignatureRecord,
  signer: Signer,
  from: string,
): Promise<Letter | undefined> {
  const words = wordsOf(request.language);
  const access = accessOf(request, signer.id);
  const day = speechOf(request.language).day(dayIn(useSettings().timezone, request.expires_at));
  const said = { title: request.name, from, name: signer.name, day };
  const personal = signer.code_by === "sms" ? filled(words.personal_sms, { to: codeTo(signer) }) : words.personal;
  const url = `${usePorts().origin}/s/${await SignerToken.of(request, signer.id, access)}`;
  const of = (subject: keyof Words, ...lines: readonly (string | null)[]): Letter => ({
    subject: filled(words[subject], said),
    text: `${[filled(words.greeting, said), ...lines.flatMap((line) => line ?? [])].join("\n\n")}\n`,
  });
  switch (type) {
    case "signature_request.invited":
      return of(
        "invite_subject",
        filled(words.invite_text, said),
        request.message,
        filled(words.invite_link, said),
        url,
        personal,
      );
    case "signature_request.reminded":
      return of("remind_subject", filled(words.remind_text, said), filled(words.invite_link, said), url, personal);
    case "signature_request.code_asked": {
      if (!isCodeGood(access, Clock.now())) return undefined;
      const code = await SignerToken.codeOf(request.id, signer.id, access);
      return of("code_subject", filled(words.code_text, { ...said, code }));
    }
    case "signature_request.filed":
      return of("copy_subject", filled(words.copy_text, said), `${url}/document\n${url}/certificate`, hashesOf(request));
    case "signature_request.declined": {
      const by = request.signers.find(({ state }) => state === "declined")?.name ?? "";
      return of("over_subject", filled(words.declined_text, { ...said, name: by }));
    }
    case "signature_request.voided":
      return of("over_subject", filled(words.voided_text, said));
    default:
      return of("over_subject", filled(words.expired_text, said));
  }
}

/** By which everybody can verify what they were sent (docs/signatures.md). */
const hashesOf = ({ signed_hash, certificate_hash, evidence }: SignatureRecord): string =>
  [`SHA-256 (PDF): ${signed_hash}`, `SHA-256 (certificate): ${certificate_hash}`, `Last hash: ${evidence.at(-1)?.hash}`].join(
    "\n",
  );
