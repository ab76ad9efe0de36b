import type { RecordData } from "../../../api/kind.ts";
import type { Hue } from "../../../ui/kit/hue.ts";

/** How far a member of a campaign got. */

const STEPS = ["ADDED", "SENT", "OPENED", "CLICKED", "RESPONDED", "CONVERTED"] as const;
type Step = (typeof STEPS)[number];

const instantFields: Readonly<Record<string, string>> = {
  ADDED: "added_at",
  SENT: "sent_at",
  OPENED: "opened_at",
  CLICKED: "clicked_at",
  RESPONDED: "responded_at",
  CONVERTED: "converted_at",
  BOUNCED: "bounced_at",
  OPTED_OUT: "opted_out_at",
};

export const stepHues: Readonly<Record<string, Hue>> = {
  ADDED: "gray",
  SENT: "blue",
  OPENED: "blue",
  CLICKED: "teal",
  RESPONDED: "teal",
  CONVERTED: "green",
  BOUNCED: "red",
  OPTED_OUT: "yellow",
};

/** Returns the instant of what happened last to a member: the step of the status, or why the member gets no more messages. */
export function readLastInstant(member: Readonly<Record<string, unknown>>): string | undefined {
  const instants = [member.inactive_reason, member.status]
    .map((code) => member[instantFields[String(code)] ?? ""])
    .filter((instant) => typeof instant === "string");
  return instants.sort((left, right) => Date.parse(left) - Date.parse(right)).at(-1);
}

/** Returns whether a member can be marked as having reached a step by hand. Steps only go forward. */
export const canReach = ({ status }: RecordData, step: Step): boolean => STEPS.indexOf(status as Step) < STEPS.indexOf(step);
