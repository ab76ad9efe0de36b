import type { RecordData } from "../../../api/kind.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** What happened to the work on a ticket, in the words of its thread: assignments, snoozes, and escalations by a clock. */

/** An entry of `work_history`, with the names of the users who are in it. */
export interface WorkEvent {
  readonly at: string;
  readonly type: "ASSIGNED" | "UNASSIGNED" | "SNOOZED" | "SNOOZE_ENDED";
  /** The user who acted; null for the system, and for users whose name the reader does not get. */
  readonly by: string | null;
  readonly agent: string | null;
  readonly cause: "MACRO" | "ROUTING" | "STAND_IN" | "ABSENCE" | null;
  readonly absentUser: string | null;
  readonly macro: string | null;
  readonly until: string | null;
  /** The case of the routing rule. */
  readonly reason: string | null;
}

interface StoredEvent {
  readonly at: string;
  readonly type: WorkEvent["type"];
  readonly by: string;
  readonly agent_id: string | null;
  readonly cause: WorkEvent["cause"];
  readonly absent_user_id: string | null;
  readonly macro_name: string | null;
  readonly until: string | null;
}

interface Labelled {
  readonly expanded?: Readonly<Record<string, unknown>> | undefined;
}

interface Label {
  readonly id?: string;
  readonly name?: string;
}

/** Lists the stored events of a ticket. Only the last routing keeps its reason. */
export function listWorkEvents(ticket: RecordData & Labelled): WorkEvent[] {
  const labels = [ticket.expanded?.work_history ?? []].flat() as readonly Label[];
  const names = new Map(labels.map(({ id, name }) => [id, name]));
  const nameUser = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? null));
  const routing = ticket.routing as { readonly routed_at?: string; readonly reason?: string } | null | undefined;
  const events = (ticket.work_history ?? []) as readonly StoredEvent[];
  const lastRouted = events.findLast(({ cause }) => cause === "ROUTING");
  return events.map((event) => ({
    ...{ at: event.at, type: event.type, cause: event.cause, until: event.until, macro: event.macro_name },
    ...{ by: nameUser(event.by), agent: nameUser(event.agent_id), absentUser: nameUser(event.absent_user_id) },
    reason: event === lastRouted ? (routing?.reason ?? null) : null,
  }));
}

export function describeWorkEvent(event: WorkEvent, formatTime: (instant: string) => string, t: Translate): string {
  const { type, by, absentUser } = event;
  if (type === "ASSIGNED") return describeAssignment(event, t);
  if (type === "UNASSIGNED") {
    if (absentUser !== null) return t("Back in the queue, because {absent} is away", { absent: absentUser });
    return by === null ? t("Back in the queue") : t("Put back in the queue by {by}", { by });
  }
  if (type === "SNOOZED") {
    const time = event.until === null ? "" : formatTime(event.until);
    return by === null ? t("Snoozed until {time}", { time }) : t("Snoozed until {time} by {by}", { time, by });
  }
  return by === null ? t("Back from snooze") : t("Snooze ended by {by}", { by });
}

function describeAssignment({ agent, by, cause, absentUser, macro, reason }: WorkEvent, t: Translate): string {
  if (agent === null) return t("Assigned");
  if (cause === "STAND_IN" && absentUser !== null)
    return t("Assigned to {agent} as stand-in of {absent}", { agent, absent: absentUser });
  if (cause === "ROUTING")
    return reason === null
      ? t("Assigned to {agent} by the routing rule", { agent })
      : t("Assigned to {agent} by the routing rule: {reason}", { agent, reason });
  if (cause === "MACRO" && by !== null)
    return macro === null
      ? t("Assigned to {agent} by {by} with a macro", { agent, by })
      : t("Assigned to {agent} by {by} with the macro {macro}", { agent, by, macro });
  if (by === agent) return t("Taken by {agent}", { agent });
  return by === null ? t("Assigned to {agent}", { agent }) : t("Assigned to {agent} by {by}", { agent, by });
}

/** Says which clock escalated a ticket; undefined if a user did. */
export function describeEscalation({ escalation_metric, escalation_percent }: RecordData, t: Translate): string | undefined {
  if (typeof escalation_percent !== "number") return undefined;
  const values = { percent: escalation_percent };
  if (escalation_metric === "resolution") return t("Escalated: {percent}% of the time to the resolution is over", values);
  if (escalation_metric === "next_response") return t("Escalated: {percent}% of the time to the next reply is over", values);
  return t("Escalated: {percent}% of the time to the first reply is over", values);
}

/** The reason that the API gives for a ticket that a message of its requester reopened. */
const REQUESTER_REPLIED = "The requester replied";

/** Says why a ticket was reopened. The reason of a user is their own text. */
export function describeReopening(reason: string | null, t: Translate): string {
  if (reason === null) return t("Reopened");
  return reason === REQUESTER_REPLIED ? t("Reopened, because the customer replied") : t("Reopened: {reason}", { reason });
}
