import { concerns, type DomainEvent } from "../kernel/event.ts";
import { ownerOf } from "../kernel/id.ts";
import { Scoring } from "./scoring.ts";

/** Makes scores anew where something that they go by was written elsewhere. */

/** Fields of a person that scores go by. */
const ofPerson = ["sealed", "education_level", "merged_ids", "merged_into"];

/** Of an interaction; its date and person never change. */
const ofInteraction = ["interaction_type_id"];

export async function hear(event: DomainEvent): Promise<void> {
  if (event.due_at !== undefined) return Scoring.rescoreDue(event.record_id, event.due_at);
  const [kind] = event.type.split(".");
  if (kind === "lead") return Scoring.rescoreIfThere(event.record_id);
  if (kind === "person" && concerns(event, ofPerson)) return Scoring.rescoreOf(event.record_id);
  if (kind === "interaction" && concerns(event, ofInteraction)) return Scoring.rescoreOf(ownerOf(event.record_id));
  if (kind === "tenant" && concerns(event, ["settings"])) return Scoring.followModel();
}
