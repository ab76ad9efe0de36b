import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from "node:crypto";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { isId } from "../kernel/id.ts";
import { PERSON } from "../person/person.domain.ts";
import { keyFor, mac } from "../storage/vault/secret.ts";

/** Tokens of the public intake: good for one form of one tenant, and nothing is stored for them. */

const DAY = 24 * 60 * 60 * 1000;
/** How long after it was shown a form may be sent, and how long after a mail was written what it does is told. */
export const LIFETIME = { shown: 7 * DAY, person: 400 * DAY };

/** Says when a form was shown: `<milliseconds>.<chance>.<signature>`. */
export async function shown(form: string): Promise<string> {
  const body = `${Clock.ms()}.${randomBytes(9).toString("base64url")}`;
  return `${body}.${await signed(form, body)}`;
}

/** When the form of this token was shown, in milliseconds; undefined for one that is forged, another form's, or too old. */
export async function shownAt(form: string, token: string): Promise<number | undefined> {
  const [at = "", chance = "", signature = ""] = token.split(".");
  const wanted = Buffer.from(await signed(form, `${at}.${chance}`));
  const given = Buffer.from(signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
  return Number(at) + LIFETIME.shown > Clock.ms() ? Number(at) : undefined;
}

const signed = async (form: string, body: string): Promise<string> =>
  mac(await keyFor("intake"), "shown", useTenant(), form, body);

/** Names a person to whoever can open it, which is nobody outside: the sender of a mail puts it into its links. */
export async function ofPerson(form: string, person: string): Promise<string> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await keyFor("intake"), nonce).setAAD(boundTo(form));
  const body = Buffer.concat([cipher.update(`${person} ${Clock.ms()}`, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

/** The id of the person; undefined for a token that is forged, another form's, or too old. */
export async function personOf(form: string, token: string): Promise<string | undefined> {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length < 29) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", await keyFor("intake"), bytes.subarray(0, 12)).setAAD(boundTo(form));
  decipher.setAuthTag(bytes.subarray(12, 28));
  let body: string;
  try {
    body = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
  const [person = "", at = "0"] = body.split(" ");
  return isId(person, PERSON) && Number(at) + LIFETIME.person > Clock.ms() ? person : undefined;
}

const boundTo = (form: string): Buffer => Buffer.from(JSON.stringify(["person", useTenant(), form]));

export * as IntakeToken from "./token.ts";
