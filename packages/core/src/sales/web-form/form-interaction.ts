import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { parse } from "../../kernel/fn.ts";
import { INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { Person, type Resolution } from "../../people/person/person.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { hashTexts, tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { interactionByKind } from "./form.rules.ts";
import type { Form } from "./form.ts";
import { IntakeToken } from "./token.ts";

/** What submissions and tracked events have in common. */

/** The same came before: it has its effect already. */
export class DuplicateSubmission extends Error {
  override name = "Repeated";
}

const IDEMPOTENCY_SECONDS = 8 * 24 * 60 * 60;

/** Joins a transaction: it goes through once for each of these names of a form, as long as tokens are good. */
export function addIdempotencyKeys(tx: Transaction, form: Form.Form, ...names: readonly (readonly string[])[]): Transaction {
  const now = Clock.toEpochSeconds(Clock.now());
  for (const name of names) {
    tx.put(
      { pk: tenantKey(useTenant(), "ONCE", hashTexts(form.id, ...name)), sk: "once", ttl: now + IDEMPOTENCY_SECONDS },
      {
        condition: "attribute_not_exists(pk) OR #ttl < :now",
        names: { "#ttl": "ttl" },
        values: { ":now": now },
        rejection: () => new DuplicateSubmission(name.join(" ")),
      },
    );
  }
  return tx;
}

/** The living person whom a token names; undefined for none, for a token that is not good, and for one who is gone. */
export async function findPersonByToken(form: Form.Form, token: string | undefined) {
  const id = token && (await IntakeToken.readPersonToken(form.id, token));
  const person = id ? await Person.resolveMerged(id) : undefined;
  return person && !person.deleted_at ? person : undefined;
}

/** The owner of the form, as long as they are there; a form goes on without them. */
export async function resolveOwner({ owner_id }: Form.Form): Promise<string | undefined> {
  if (!owner_id) return undefined;
  try {
    await User.requireOwner(owner_id, "owner_id");
    return owner_id;
  } catch (error) {
    if (isFailure(error, "VALIDATION_ERROR")) return undefined;
    throw error;
  }
}

/** Who was found or made, as an interaction is of them. */
export const toInteractionPersons = ({ person, isExisting: found }: Resolution) => ({
  persons: Person.listIds(person),
  isNew: !found,
});

type Json = NonNullable<z.output<typeof Interaction.Input>["metadata"]>;

/** The interaction that a form makes, not yet written. */
export async function buildInteraction(
  form: Form.Form,
  of: { persons: readonly string[]; isNew?: boolean },
  said: { subject: string; metadata: Record<string, unknown>; owner: string | undefined },
) {
  const { type, channel } = interactionByKind[form.kind];
  const input = parse(Interaction.Input, {
    // Also when the tenant has put the type out of use: forms go on.
    interaction_type_id: await Master.resolve(INTERACTION_TYPES, type, "interaction_type_id", type),
    direction: "INBOUND",
    subject: said.subject.slice(0, 255).toWellFormed(),
    campaign_id: form.campaign_id,
    owner_id: said.owner,
  });
  // Bounded by the largest body that is taken.
  const metadata = Object.fromEntries(Object.entries({ form_id: form.id, ...said.metadata }).filter(([, value]) => value));
  return { ...(await Interaction.prepare({ ...input, metadata: metadata as Json }, of.persons, of)), channel };
}
