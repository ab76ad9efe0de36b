import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { parse } from "../../kernel/fn.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
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
import type { VisitOrigin } from "./visit-origin.ts";

/** Shared parts of submissions and tracked events. */

/** The same submission or event was processed before. */
export class DuplicateSubmission extends Error {
  override name = "Repeated";
}

const IDEMPOTENCY_SECONDS = 8 * 24 * 60 * 60;

/**
 * Adds locks for these names of a form to the transaction, which fails if one of them exists. The locks last as long as tokens are valid.
 */
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

/** Finds the live person that a token identifies; undefined without a valid token, or if the person was deleted. */
export async function findPersonByToken(form: Form.Form, token: string | undefined) {
  const id = token && (await IntakeToken.readPersonToken(form.id, token));
  const person = id ? await Person.resolveMerged(id) : undefined;
  return person && !person.deleted_at ? person : undefined;
}

/** Returns the owner of the form if that user may still own records. A form works without one. */
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

/** Returns the ids of a resolved person in the form that interactions need. */
export const toInteractionPersons = ({ person, isExisting }: Resolution) => ({
  persons: Person.listIds(person),
  isNew: !isExisting,
});

type Json = NonNullable<z.output<typeof Interaction.Input>["metadata"]>;

/** Builds the interaction of a form without writing it. */
export async function buildInteraction(
  form: Form.Form,
  interactionPersons: { persons: readonly string[]; isNew?: boolean },
  content: { subject: string; metadata: Record<string, unknown>; owner: string | undefined; origin: VisitOrigin },
) {
  const { type, channel } = interactionByKind[form.kind];
  const input = parse(Interaction.Input, {
    // Forms keep working if the tenant deactivated the type.
    interaction_type_id: await Master.resolve(INTERACTION_TYPES, type, "interaction_type_id", type),
    direction: "INBOUND",
    subject: toSingleLine(content.subject, 255),
    campaign_id: content.origin.campaign_id,
    owner_id: content.owner,
  });
  // The size limit of request bodies bounds the metadata.
  const values = { form_id: form.id, ...content.origin.utm, ...content.metadata };
  const metadata = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
  // Forms keep working if their campaign was deleted, or is a text of an earlier release.
  const options = { ...interactionPersons, checkedFields: ["campaign_id"] };
  return {
    ...(await Interaction.prepare({ ...input, metadata: metadata as Json }, interactionPersons.persons, options)),
    channel,
  };
}
