import { randomBytes, timingSafeEqual } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { PERSON } from "../../people/person/person.domain.ts";
import { computeMac, decryptText, encryptText, keyFor } from "../../storage/vault/secret.ts";

/** Tokens of the public intake: good for one form of one tenant, and nothing is stored for them. */

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long after it was shown a form may be sent, and how long after a mail was written what it does is told. */
export const LIFETIME_MS = { form: 7 * DAY_MS, person: 400 * DAY_MS };

/** Says when a form was shown: `<milliseconds>.<chance>.<signature>`. */
export async function issueFormToken(form: string): Promise<string> {
  const body = `${Clock.ms()}.${randomBytes(9).toString("base64url")}`;
  return `${body}.${await signBody(form, body)}`;
}

/** When the form of this token was shown, in milliseconds; undefined for one that is forged, another form's, or too old. */
export async function readShownAt(form: string, token: string): Promise<number | undefined> {
  const [at = "", chance = "", signature = ""] = token.split(".");
  const wanted = Buffer.from(await signBody(form, `${at}.${chance}`));
  const given = Buffer.from(signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
  return Number(at) + LIFETIME_MS.form > Clock.ms() ? Number(at) : undefined;
}

const signBody = async (form: string, body: string): Promise<string> =>
  computeMac(await keyFor("intake"), "shown", useTenant(), form, body);

/** Names a person to whoever can open it, which is nobody outside: the sender of a mail puts it into its links. */
export const issuePersonToken = async (form: string, person: string): Promise<string> =>
  encryptText(await keyFor("intake"), tokenBinding(form), `${person} ${Clock.ms()}`);

/** The id of the person; undefined for a token that is forged, another form's, or too old. */
export async function readPersonToken(form: string, token: string): Promise<string | undefined> {
  const [person = "", at = "0"] = decryptText(await keyFor("intake"), tokenBinding(form), token)?.split(" ") ?? [];
  return isId(person, PERSON) && Number(at) + LIFETIME_MS.person > Clock.ms() ? person : undefined;
}

const tokenBinding = (form: string): string[] => ["person", useTenant(), form];

export * as IntakeToken from "./token.ts";
