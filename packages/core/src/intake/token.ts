import { randomBytes, timingSafeEqual } from "node:crypto";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { isId } from "../kernel/id.ts";
import { PERSON } from "../person/person.domain.ts";
import { boxed, keyFor, mac, unboxed } from "../storage/vault/secret.ts";

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
export const ofPerson = async (form: string, person: string): Promise<string> =>
  boxed(await keyFor("intake"), boundTo(form), `${person} ${Clock.ms()}`);

/** The id of the person; undefined for a token that is forged, another form's, or too old. */
export async function personOf(form: string, token: string): Promise<string | undefined> {
  const [person = "", at = "0"] = unboxed(await keyFor("intake"), boundTo(form), token)?.split(" ") ?? [];
  return isId(person, PERSON) && Number(at) + LIFETIME.person > Clock.ms() ? person : undefined;
}

const boundTo = (form: string): string[] => ["person", useTenant(), form];

export * as IntakeToken from "./token.ts";
