import { randomInt } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useTenant } from "../../kernel/context.ts";
import { conflict, notFound } from "../../kernel/error.ts";
import { get, isConditionFailed, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { isSame, keyFor, mac } from "../../storage/vault/secret.ts";
import { Moved, retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { samePoint } from "../identity.rules.ts";
import { change } from "../identity.ts";
import type { ContactPoint, PersonRecord, Proof } from "../person.entity.ts";
import type { Shown } from "../sensitive.ts";
import { isCodeGood, isLinkGood, type Sent, TRIES } from "./proof.rules.ts";

/** What was sent to a contact point, and what comes of it. */

const keyOf = (point: string): Key => ({ pk: tenantKey(useTenant(), "VERIFY", point), sk: "sent" });

const KEPT = 2 * 24 * 60 * 60;

export async function find(point: string): Promise<Sent | undefined> {
  return (await get(keyOf(point))) as Sent | undefined;
}

/** What a contact point says, so that another value is known as another. */
export const hashOf = async (point: ContactPoint): Promise<string> =>
  mac(await keyFor("reach"), "value", useTenant(), point.id, samePoint(point));

const codeOf = async (point: string, number: number, code: string): Promise<string> =>
  mac(await keyFor("reach"), "code", useTenant(), point, String(number), code);

/** A new code, in place of the one before. */
export const make = (point: ContactPoint): Promise<{ sent: Sent; code: string }> =>
  retryOnConflict(async () => {
    const before = await find(point.id);
    const code = String(randomInt(1_000_000)).padStart(6, "0");
    const number = (before?.number ?? 0) + 1;
    const sent: Sent = {
      ...{ number, at: Clock.now(), tries: 0 },
      ...{ code: await codeOf(point.id, number, code), value: await hashOf(point) },
    };
    const refused = () => new Moved("Another code was sent meanwhile");
    const item = { ...keyOf(point.id), ...sent, ttl: Math.floor(Clock.ms() / 1000) + KEPT };
    const tx = transaction();
    if (before) tx.put(item, { condition: "#number = :read", names, values: { ":read": before.number }, refused });
    else tx.put(item, { condition: "attribute_not_exists(pk)", refused });
    return tx.commit({ sent, code });
  });

const names = { "#number": "number" };

/** What became of a try: the code was right, or wrong with so many tries left, or none is good. */
export type Tried = { sent: Sent } | { left: number } | undefined;

/** Counts before it compares, so that guesses side by side are counted. */
export async function attempt(point: ContactPoint, typed: string): Promise<Tried> {
  const sent = await find(point.id);
  if (!sent || !isCodeGood(sent, Clock.now()) || sent.value !== (await hashOf(point))) return undefined;
  const tries = await counted(point.id, sent.number);
  if (tries === undefined) return undefined;
  const isRight = isSame(sent.code, await codeOf(point.id, sent.number, typed.replaceAll(/\s/g, "")));
  return isRight ? { sent } : { left: TRIES - tries };
}

async function counted(point: string, number: number): Promise<number | undefined> {
  try {
    const { Attributes } = await update({
      Key: keyOf(point),
      UpdateExpression: "ADD tries :one",
      ConditionExpression: "#number = :number AND tries < :most",
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ":one": 1, ":number": number, ":most": TRIES },
      ReturnValues: "ALL_NEW",
    });
    return Number(Attributes?.tries);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return undefined;
  }
}

/** Whether a link that was sent with a code is good still. */
export const isStanding = async (point: ContactPoint, number: number): Promise<boolean> => {
  const sent = await find(point.id);
  return sent?.number === number && isLinkGood(sent, Clock.now()) && sent.value === (await hashOf(point));
};

/** Sets the flag, as long as the contact point says what the code was sent to and no other code was sent. */
export const confirm = (
  person: string,
  pointId: string,
  { number, value }: Pick<Sent, "number" | "value">,
  by: Proof,
): Promise<Shown> =>
  change(person, async (current, tx) => {
    const point = pointIn(current, pointId);
    if (value !== (await hashOf(point))) throw isVoid();
    tx.delete(keyOf(pointId), { condition: "#number = :number", names, values: { ":number": number }, refused: isVoid });
    const contact_points = current.contact_points.map((each) => (each === point ? proved(point, by) : each));
    return { ...current, contact_points };
  });

export const proved = (point: ContactPoint, verified_by: Proof): ContactPoint => ({
  ...point,
  ...{ is_verified: true, verified_at: Clock.now(), verified_by, verified_by_id: useActorId(), updated_at: Clock.now() },
});

export const isVoid = (): Error => conflict("No code is good for this contact point any more: have another one sent");

export function pointIn({ contact_points }: Pick<PersonRecord, "contact_points">, id: string): ContactPoint {
  const point = contact_points.find((each) => each.id === id);
  if (!point) throw notFound();
  return point;
}
