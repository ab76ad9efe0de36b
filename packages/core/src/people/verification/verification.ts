import * as z from "zod";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { conflict, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { sanitizeName } from "../../kernel/mail-sanitizer.ts";
import { oneLine, oneOf, outputInstant, text } from "../../kernel/schema.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { Throttle } from "../../platform/auth/throttle.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import type { TenantRecord } from "../../platform/tenant/tenant.entity.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { read } from "../person/identity.ts";
import type { ContactPoint } from "../person/person.entity.ts";
import { CONTACT_POINT } from "../person/person.kind.ts";
import { translationsFor } from "./i18n.ts";
import { buildLink, type LinkVisit, withLink } from "./link.ts";
import { computeCodeExpiry } from "./sent-code.rules.ts";
import * as Proof from "./sent-code.ts";

/** Verifies that a contact point belongs to a person, with a code or a link sent to it (docs/people/verification.md). */

const deliveryChannels = ["email", "sms"] as const;

export const StartResult = z.object({
  point_id: z.string(),
  by: oneOf(deliveryChannels),
  to: z.string().describe("Masked"),
  code_until: outputInstant().describe("Until when the code is valid; a link is valid for a day"),
});

const PointIdInput = z.strictObject({ id: text(64), point_id: text(64) });

/** Sends a code, and in a mail also a link. A previous code is no longer valid. */
export const start = fn(PointIdInput, async ({ id, point_id }): Promise<z.output<typeof StartResult>> => {
  const person = await read(id);
  const point = Proof.requirePoint(person, point_id);
  const { channel, to } = resolveRecipient(point);
  if (point.is_verified) throw conflict("The contact point is already verified");
  const tenant = await Tenant.get({});
  const attempt = await Throttle.attempt("mail", ...listThrottleSubjects(person.id, to));
  try {
    const { sent, code } = await Proof.issueCode(point);
    const link =
      channel === "email" ? await buildLink({ person: person.id, point: point.id, number: sent.number, value: sent.value }) : "";
    await sendCode({ channel, to, code, link, tenant });
    return { point_id: point.id, by: channel, to: maskAddress(channel, to), code_until: computeCodeExpiry(sent.at) };
  } catch (error) {
    await attempt.refund();
    throw error;
  }
});

/** Limits in an hour: to one address, for one person, and for the tenant. */
const listThrottleSubjects = (person: string, to: string): [string, number][] => [
  [`verification of ${useTenant()} to ${to}`, 5],
  [`verification of ${useTenant()} for ${person}`, 10],
  [`verification of ${useTenant()}`, 300],
];

interface CodeRecipient {
  channel: (typeof deliveryChannels)[number];
  to: string;
}

/** Returns the channel and address for sending a code to a contact point. */
function resolveRecipient({ contact_type, normalized }: ContactPoint): CodeRecipient {
  const refuse = (message: string) =>
    ruleViolation("No code can be sent to this contact point", [{ field: "point_id", message }]);
  if (contact_type === "social") throw refuse("Must be an email address or a telephone number");
  if (normalized === null) throw refuse("Cannot be parsed, or belongs to another person");
  if (contact_type === "email") return { channel: "email", to: normalized };
  if (normalized.includes(";")) throw refuse("Numbers with an extension cannot receive text messages");
  if (usePorts().smsSender === undefined) throw refuse("No SMS sender is configured");
  return { channel: "sms", to: normalized };
}

const maskAddress = (channel: CodeRecipient["channel"], to: string): string =>
  channel === "sms" ? `•••• ${to.slice(-2)}` : to.replace(/^(.)[^@]*/u, "$1•••");

async function sendCode({
  channel,
  to,
  code,
  link,
  tenant,
}: CodeRecipient & { code: string; link: string; tenant: TenantRecord }): Promise<void> {
  const { mail, sms } = usePorts();
  const { language } = useSettings().letterhead;
  const words = translationsFor(language);
  const placeholders = { code, from: sanitizeName(tenant.name) };
  const id = newId(CONTACT_POINT);
  if (channel === "sms") return sms.send({ id, to, text: fillPlaceholders(words.sms_text, placeholders) });
  const lines = [
    ...[fillPlaceholders(words.mail_text, placeholders), fillPlaceholders(words.mail_code, placeholders)],
    ...[`${words.mail_link}\n${link}`, words.mail_other],
  ];
  const subject = fillPlaceholders(words.mail_subject, placeholders);
  return mail.send(withBrand({ id, to, subject, text: `${lines.join("\n\n")}\n` }, tenant, language));
}

/** Confirms a contact point with the code that the customer tells the user. */
export const confirm = fn(PointIdInput.extend({ code: oneLine(20).min(1) }), async ({ id, point_id, code }) => {
  const person = await read(id);
  const point = Proof.requirePoint(person, point_id);
  const tried = await Proof.attempt(point, code);
  if (!tried) throw Proof.voidCodeError();
  if ("left" in tried)
    throw invalid("code", tried.left > 0 ? `Wrong code: ${tried.left} attempts left` : "Wrong code: request another one");
  return Proof.confirm(person.id, point.id, tried.sent, "code");
});

export interface PageView {
  token: string;
  organisation: string;
  language: string;
  /** The address, masked. */
  to: string;
  is_done: boolean;
}

const tokenField = text(1000);

/** Shows the page of a link. Changes nothing. */
export const render = fn(z.object({ token: tokenField }), ({ token }) =>
  withLink(token, async (open) => (await loadPage(open)).view),
);

/** Loads the contact point of a link: still to be confirmed, or already confirmed. */
async function loadPage(open: LinkVisit): Promise<{ point: ContactPoint; view: PageView }> {
  const person = await read(open.person);
  const point = Proof.requirePoint(person, open.point);
  const isSame = await Proof.isHashOf(point, open.value);
  const is_done = isSame && point.is_verified;
  if (!is_done && !(await Proof.isLinkValid(point, open.number))) throw notFound();
  const { token, organisation, language } = open;
  return { point, view: { token: token, organisation, language, to: maskAddress("email", point.normalized ?? ""), is_done } };
}

/** Confirms a contact point by the button of the page. Repeating it changes nothing. */
export const confirmByLink = fn(z.object({ token: tokenField }), ({ token }) =>
  withLink(token, async (open): Promise<PageView> => {
    const { point, view } = await loadPage(open);
    if (!view.is_done) await Proof.confirm(open.person, point.id, open, "link");
    return { ...view, is_done: true };
  }),
);

export * as Verification from "./verification.ts";
