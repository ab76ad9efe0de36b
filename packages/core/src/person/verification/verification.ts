import * as z from "zod";
import { Throttle } from "../../auth/throttle.ts";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { conflict, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { spoken } from "../../kernel/mail-text.ts";
import { oneOf, shownInstant, text } from "../../kernel/schema.ts";
import { filled } from "../../kernel/text.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { read } from "../identity.ts";
import { CONTACT_POINT } from "../person.domain.ts";
import type { ContactPoint } from "../person.entity.ts";
import { linkOf, type Opened, through } from "./link.ts";
import { codeEnds } from "./proof.rules.ts";
import * as Proof from "./proof.ts";
import { wordsOf } from "./words.ts";

/** Whether a contact point is somebody's: told by a code or a link that was sent there (docs/verification.md). */

const ways = ["email", "sms"] as const;

export const Started = z.object({
  point_id: z.string(),
  by: oneOf(ways),
  to: z.string().describe("Masked"),
  code_until: shownInstant().describe("Until when the code is good; a link is good for a day"),
});

const One = z.strictObject({ id: text(64), point_id: text(64) });

/** Sends a code, and by mail a link; what was sent before is void. */
export const start = fn(One, async ({ id, point_id }): Promise<z.output<typeof Started>> => {
  const person = await read(id);
  const point = Proof.pointIn(person, point_id);
  const { by, to } = reachOf(point);
  if (point.is_verified) throw conflict("It is verified already");
  const { name } = await Tenant.get({});
  const attempt = await Throttle.attempt("mail", ...subjectsOf(person.id, to));
  try {
    const { sent, code } = await Proof.make(point);
    const link =
      by === "email" ? await linkOf({ person: person.id, point: point.id, number: sent.number, value: sent.value }) : "";
    await send({ by, to, code, link, from: spoken(name) });
    return { point_id: point.id, by, to: masked(by, to), code_until: codeEnds(sent.at) };
  } catch (error) {
    await attempt.forgive();
    throw error;
  }
});

/** In an hour: to one address, for one person, of a tenant. */
const subjectsOf = (person: string, to: string): [string, number][] => [
  [`verification of ${useTenant()} to ${to}`, 5],
  [`verification of ${useTenant()} for ${person}`, 10],
  [`verification of ${useTenant()}`, 300],
];

interface Reach {
  by: (typeof ways)[number];
  to: string;
}

/** How a code gets to a contact point. */
function reachOf({ contact_type, normalized }: ContactPoint): Reach {
  const refuse = (message: string) => ruleViolation("No code can be sent there", [{ field: "point_id", message }]);
  if (contact_type === "social") throw refuse("An email address or a telephone number");
  if (normalized === null) throw refuse("It cannot be read, or is somebody else's");
  if (contact_type === "email") return { by: "email", to: normalized };
  if (normalized.includes(";")) throw refuse("A number with an extension gets no text messages");
  if (usePorts().smsSender === undefined) throw refuse("No sender of SMS is set up");
  return { by: "sms", to: normalized };
}

const masked = (by: Reach["by"], to: string): string =>
  by === "sms" ? `•••• ${to.slice(-2)}` : to.replace(/^(.)[^@]*/u, "$1•••");

async function send({ by, to, code, link, from }: Reach & { code: string; link: string; from: string }): Promise<void> {
  const { mail, sms } = usePorts();
  const words = wordsOf(useSettings().letterhead.language);
  const said = { code, from };
  const id = newId(CONTACT_POINT);
  if (by === "sms") return sms.send({ id, to, text: filled(words.sms_text, said) });
  const lines = [
    ...[filled(words.mail_text, said), filled(words.mail_code, said)],
    ...[`${words.mail_link}\n${link}`, words.mail_other],
  ];
  return mail.send({ id, to, subject: filled(words.mail_subject, said), text: `${lines.join("\n\n")}\n` });
}

/** The code that the customer tells. */
export const confirm = fn(One.extend({ code: text(20).min(1) }), async ({ id, point_id, code }) => {
  const person = await read(id);
  const point = Proof.pointIn(person, point_id);
  const tried = await Proof.attempt(point, code);
  if (!tried) throw Proof.isVoid();
  if ("left" in tried)
    throw invalid("code", tried.left > 0 ? `Not the code: ${tried.left} tries are left` : "Not the code: have another one sent");
  return Proof.confirm(person.id, point.id, tried.sent, "code");
});

export interface Look {
  token: string;
  organisation: string;
  language: string;
  /** Masked. */
  to: string;
  is_done: boolean;
}

const token = text(1000);

/** Changes nothing, whoever opens it. */
export const look = fn(z.object({ token }), ({ token: given }) => through(given, async (open) => (await standing(open)).look));

/** What a link leads to: what is to be confirmed, or was by it. */
async function standing(open: Opened): Promise<{ point: ContactPoint; look: Look }> {
  const person = await read(open.person);
  const point = Proof.pointIn(person, open.point);
  const isSame = open.value === (await Proof.hashOf(point));
  const is_done = isSame && point.is_verified;
  if (!is_done && !(await Proof.isStanding(point, open.number))) throw notFound();
  const { token: given, organisation, language } = open;
  return { point, look: { token: given, organisation, language, to: masked("email", point.normalized ?? ""), is_done } };
}

/** The button of the page. Twice is once. */
export const press = fn(z.object({ token }), ({ token: given }) =>
  through(given, async (open): Promise<Look> => {
    const { point, look: before } = await standing(open);
    if (!before.is_done) await Proof.confirm(open.person, point.id, open, "link");
    return { ...before, is_done: true };
  }),
);

export * as Verification from "./verification.ts";
