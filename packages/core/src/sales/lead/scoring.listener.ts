import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { collectionOwner } from "../../kernel/id.ts";
import { Scoring } from "./scoring.ts";

/** Rescores leads when inputs of their scores were written elsewhere. */

/** Fields of a person on which scores depend. */
const scoredPersonFields = ["sealed", "education_level", "merged_ids", "merged_into"];

/** Fields of an interaction on which scores depend. Its date and person never change. */
const scoredInteractionFields = ["interaction_type_id"];

export async function onScoreInputChange(event: DomainEvent): Promise<void> {
  if (event.due_at !== undefined) return Scoring.rescoreDue(event.record_id, event.due_at);
  const [kind] = event.type.split(".");
  if (kind === "lead") return Scoring.rescoreIfPresent(event.record_id);
  if (kind === "person" && concernsFields(event, scoredPersonFields)) return Scoring.rescorePerson(event.record_id);
  if (kind === "interaction" && concernsFields(event, scoredInteractionFields))
    return Scoring.rescorePerson(collectionOwner(event.record_id));
  if (kind === "tenant" && concernsFields(event, ["settings"])) return Scoring.applyModelChange();
}
