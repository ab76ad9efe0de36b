import { randomInt } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useTenant } from "../../kernel/context.ts";
import { conflict, notFound } from "../../kernel/error.ts";
import { isConditionFailed, readItem, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { computeMac, isMac, keyFor, keysFor } from "../../storage/vault/secret.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { pointKey } from "../person/derived-fields.rules.ts";
import { change } from "../person/identity.ts";
import type { ContactPoint, PersonRecord, ProofMethod } from "../person/person.entity.ts";
import type { PersonView } from "../person/sensitive-values.ts";
import { isCodeUsable, isLinkUsable, MAX_TRIES, type SentCode } from "./sent-code.rules.ts";

/** Codes sent to contact points, and attempts to enter them. */

const sentCodeKey = (point: string): Key => ({ pk: tenantKey(useTenant(), "VERIFY", point), sk: "sent" });

const RETENTION_SECONDS = 2 * 24 * 60 * 60;

export async function find(point: string): Promise<SentCode | undefined> {
  return (await readItem(sentCodeKey(point))) as SentCode | undefined;
}

/** Returns the keyed hash of a contact point, so that a changed value is detected. */
export const hashPoint = async (point: ContactPoint): Promise<string> =>
  computeMac(await keyFor("links", "reach"), ...pointTexts(point));

/** Whether the contact point is still the one of this hash. */
export const isHashOf = async (point: ContactPoint, hash: string): Promise<boolean> =>
  isMac(hash, await keysFor("links", "reach"), ...pointTexts(point));

const pointTexts = (point: ContactPoint): string[] => ["value", useTenant(), point.id, pointKey(point)];
const codeTexts = (point: string, number: number, code: string): string[] => ["code", useTenant(), point, String(number), code];

/** Creates a new code, which replaces the previous one. */
export const issueCode = (point: ContactPoint): Promise<{ sent: SentCode; code: string }> =>
  retryOnConflict(async () => {
    const before = await find(point.id);
    const code = String(randomInt(1_000_000)).padStart(6, "0");
    const number = (before?.number ?? 0) + 1;
    const sent: SentCode = {
      ...{ number, at: Clock.now(), tries: 0 },
      code: computeMac(await keyFor("links", "reach"), ...codeTexts(point.id, number, code)),
      value: await hashPoint(point),
    };
    const buildConflict = () => new WriteConflict("Another code was sent concurrently");
    const item = { ...sentCodeKey(point.id), ...sent, ttl: Math.floor(Clock.ms() / 1000) + RETENTION_SECONDS };
    const tx = transaction();
    if (before)
      tx.put(item, {
        condition: "#number = :read",
        names: attributeNames,
        values: { ":read": before.number },
        rejection: buildConflict,
      });
    else tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });
    return tx.commit({ sent, code });
  });

const attributeNames = { "#number": "number" };

/** The result of an attempt: the code was right; or wrong, with `left` tries; or undefined if no code is valid. */
export type AttemptResult = { sent: SentCode } | { left: number } | undefined;

/** Checks a code. Counts the try before it compares, so that concurrent guesses are all counted. */
export async function attempt(point: ContactPoint, typed: string): Promise<AttemptResult> {
  const sent = await find(point.id);
  if (!sent || !isCodeUsable(sent, Clock.now()) || !(await isHashOf(point, sent.value))) return undefined;
  const tries = await countAttempt(point.id, sent.number);
  if (tries === undefined) return undefined;
  const typedTexts = codeTexts(point.id, sent.number, typed.replaceAll(/\s/g, ""));
  const isRight = isMac(sent.code, await keysFor("links", "reach"), ...typedTexts);
  return isRight ? { sent } : { left: MAX_TRIES - tries };
}

async function countAttempt(point: string, number: number): Promise<number | undefined> {
  try {
    const { Attributes } = await update({
      Key: sentCodeKey(point),
      UpdateExpression: "ADD tries :one",
      ConditionExpression: "#number = :number AND tries < :most",
      ExpressionAttributeNames: attributeNames,
      ExpressionAttributeValues: { ":one": 1, ":number": number, ":most": MAX_TRIES },
      ReturnValues: "ALL_NEW",
    });
    return Number(Attributes?.tries);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return undefined;
  }
}

/** Tells whether the link that was sent with a code is still valid. */
export const isLinkValid = async (point: ContactPoint, number: number): Promise<boolean> => {
  const sent = await find(point.id);
  return sent?.number === number && isLinkUsable(sent, Clock.now()) && (await isHashOf(point, sent.value));
};

/** Marks the contact point as verified, if it is unchanged since the code was sent and no newer code was sent. */
export const confirm = (
  person: string,
  pointId: string,
  { number, value }: Pick<SentCode, "number" | "value">,
  method: ProofMethod,
): Promise<PersonView> =>
  change(person, async (current, tx) => {
    const point = requirePoint(current, pointId);
    if (!(await isHashOf(point, value))) throw voidCodeError();
    tx.delete(sentCodeKey(pointId), {
      condition: "#number = :number",
      names: attributeNames,
      values: { ":number": number },
      rejection: voidCodeError,
    });
    const contact_points = current.contact_points.map((contactPoint) =>
      contactPoint === point ? markVerified(point, method) : contactPoint,
    );
    return { ...current, contact_points };
  });

export const markVerified = (point: ContactPoint, verified_by: ProofMethod): ContactPoint => ({
  ...point,
  ...{ is_verified: true, verified_at: Clock.now(), verified_by, verified_by_id: useActorId(), updated_at: Clock.now() },
});

export const voidCodeError = (): Error => conflict("No code is valid for this contact point: request another one");

export function requirePoint({ contact_points }: Pick<PersonRecord, "contact_points">, id: string): ContactPoint {
  const point = contact_points.find((contactPoint) => contactPoint.id === id);
  if (!point) throw notFound();
  return point;
}
