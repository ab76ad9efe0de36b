import { ownerOf } from "../kernel/id.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { Scoring } from "./scoring.ts";

/** Makes scores anew where something that they go by was written elsewhere. */

/** Fields of a person that scores go by. */
const ofPerson = ["sealed", "education_level", "merged_ids", "merged_into"];

/** Of an interaction; its date and person never change. */
const ofInteraction = ["interaction_type_id"];

const concerns = ({ type, changed }: DomainEvent, fields: readonly string[]): boolean =>
  !type.endsWith(".updated") || changed.some((field) => fields.includes(field));

export async function hear(event: DomainEvent): Promise<void> {
  if (event.due_at !== undefined) return Scoring.rescoreDue(event.record_id, event.due_at);
  const [kind] = event.type.split(".");
  if (kind === "lead") return Scoring.rescoreIfThere(event.record_id);
  if (kind === "person" && concerns(event, ofPerson)) return Scoring.rescoreOf(event.record_id);
  if (kind === "interaction" && concerns(event, ofInteraction)) return Scoring.rescoreOf(ownerOf(event.record_id));
  if (kind === "tenant" && concerns(event, ["settings"])) return Scoring.followModel();
}
