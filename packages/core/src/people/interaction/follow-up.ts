import { hasPermission } from "../../kernel/context.ts";
import { Failure, forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { collectionOwner, isInPersonCollection } from "../../kernel/id.ts";
import { anyOf, text } from "../../kernel/schema.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { activityGrants } from "../activity/activity.kind.ts";
import { Activity } from "../activity/activity.ts";
import { Interaction } from "./interaction.ts";

/** Interactions with a follow-up activity, written in one transaction. */

const Create = Interaction.Create.extend({
  follow_up: Activity.Fields.optional().describe("An activity about the interaction, created together with it"),
}).meta(anyOf(Interaction.identifyingFields));

export const create = fn(
  Create,
  ({ personal_key_id, external_key, follow_up, ...input }) =>
    retryOnConflict(async () => {
      const persons = await Interaction.resolvePersonIds({ personal_key_id, external_key, ...input });
      const interaction = await Interaction.prepare(input, persons);
      if (!follow_up) return Interaction.add(transaction(), interaction).commit(interaction);
      const activity = await prepareFollowUp(interaction.id, follow_up, "follow_up.");
      const followed = { ...interaction, follow_up_activity_id: activity.id };
      return Interaction.add(Activity.add(transaction(), activity), followed).commit(followed);
    }),
  async (read, unread) => {
    if (!["personal_key_id", "external_key", "customer_id"].some((field) => unread.has(field)))
      Interaction.requireCounterpart(read);
  },
);

/** Creates a follow-up activity and returns it. The interaction refers to the latest one. */
export const createFollowUp = fn(Activity.Fields.extend({ id: text(64) }), ({ id, ...input }) =>
  retryOnConflict(async () => {
    const interaction = await Interaction.get({ id });
    const activity = await prepareFollowUp(interaction.id, input, "");
    const tx = Activity.add(transaction(), activity);
    Interaction.linkFollowUp(tx, interaction, activity.id);
    return tx.commit(activity);
  }),
);

async function prepareFollowUp(interaction: string, input: Parameters<typeof Activity.prepare>[0], below: string) {
  if (!hasPermission(activityGrants.write)) throw forbidden("Your role cannot create activities");
  try {
    return await Activity.prepare(input, {
      type: "interaction",
      id: interaction,
      owner: isInPersonCollection(interaction) ? collectionOwner(interaction) : null,
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const details = error.details.map(({ field, message }) => ({ field: below + field, message }));
    throw new Failure(error.code, error.message, { details });
  }
}

export * as FollowUps from "./follow-up.ts";
