import { randomBytes } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { computeMac, decryptText, encryptText, isMac, keyFor, keysFor } from "../../storage/vault/secret.ts";

/** Tokens of public forms. A token is valid for one form of one tenant. Nothing is stored for it. */

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a form may be submitted after it was shown, and how long the links and pictures of a mail are tracked. */
export const LIFETIME_MS = { form: 7 * DAY_MS, person: 400 * DAY_MS };

/** Issues a token with the time at which a form was shown: `<milliseconds>.<random>.<signature>`. */
export async function issueFormToken(form: string): Promise<string> {
  const body = `${Clock.ms()}.${randomBytes(9).toString("base64url")}`;
  return `${body}.${computeMac(await keyFor("links", "intake"), ...signedTexts(form, body))}`;
}

/** Returns when the form of this token was shown, in milliseconds; undefined if the token is forged, of another form, or too old. */
export async function readShownAt(form: string, token: string): Promise<number | undefined> {
  const [shownAt = "", chance = "", signature = ""] = token.split(".");
  if (!isMac(signature, await keysFor("links", "intake"), ...signedTexts(form, `${shownAt}.${chance}`))) return undefined;
  return Number(shownAt) + LIFETIME_MS.form > Clock.ms() ? Number(shownAt) : undefined;
}

const signedTexts = (form: string, body: string): string[] => ["shown", useTenant(), form, body];

/** Issues an encrypted token with the id of a person, for links in a mail. Only this application can decrypt it. */
export const issuePersonToken = async (form: string, person: string): Promise<string> =>
  encryptText(await keyFor("links", "intake"), tokenBinding(form), `${person} ${Clock.ms()}`);

/** Returns the id of the person; undefined if the token is forged, of another form, or too old. */
export async function readPersonToken(form: string, token: string): Promise<string | undefined> {
  const text = decryptText(await keysFor("links", "intake"), tokenBinding(form), token);
  const [person = "", issuedAt = "0"] = text?.split(" ") ?? [];
  return isId(person, PERSON) && Number(issuedAt) + LIFETIME_MS.person > Clock.ms() ? person : undefined;
}

const tokenBinding = (form: string): string[] => ["person", useTenant(), form];

export * as IntakeToken from "./token.ts";
