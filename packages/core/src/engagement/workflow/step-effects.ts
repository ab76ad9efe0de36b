import { useActorId, usePorts } from "../../kernel/context.ts";
import { derivedId } from "../../kernel/id.ts";
import type { Json } from "../../kernel/json.ts";
import { NoResponse } from "../../kernel/ports.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { Step } from "./definition.ts";
import { type CollectedRecord, readReference } from "./enrolled-record.ts";
import type { EnrollmentRecord } from "./enrollment.entity.ts";
import type { StepOutcome } from "./step-plan.ts";
import { findUserId, resolveUser } from "./user-recipients.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";
import type { StepRecorder } from "./workflow-manager.ts";

/** What steps do outside of the table. Each effect has an id that is the same at each try. */

interface StepRun {
  readonly workflow: WorkflowRecord;
  readonly enrollment: EnrollmentRecord;
  readonly subject: CollectedRecord;
  readonly step: Step;
  readonly recorder?: StepRecorder;
}

/** Maximum number of team members that are notified. */
const MAX_TEAM_USERS = 50;

interface Recipients {
  /** Ids of active users who see the record. */
  readonly users: readonly string[];
  /** Why the others get nothing. */
  readonly reasons: readonly string[];
}

/** Resolves the users that a step notifies: active users who see the record, without the one who made the change. */
async function resolveRecipients(subject: CollectedRecord, names: readonly string[], actor?: string): Promise<Recipients> {
  const users: string[] = [];
  const reasons = new Set<string>();
  for (const recipient of await listNamed(subject, names)) {
    const { user, reason } =
      actor !== undefined && recipient === actor
        ? { reason: "The recipient made the change" }
        : await resolveUser(recipient, subject);
    if (user) users.push(user.id);
    else reasons.add(reason);
  }
  return { users, reasons: [...reasons] };
}

/** Lists the active users that a step notifies: those who see the record. */
export const listRecipients = async (subject: CollectedRecord, names: readonly string[]): Promise<readonly string[]> =>
  (await resolveRecipients(subject, names)).users;

/** Lists the users whom a step names, each once. */
async function listNamed(subject: CollectedRecord, names: readonly string[]): Promise<(string | null)[]> {
  const ids: (string | null)[] = [];
  for (const name of names) ids.push(...(name === "team" ? await listTeam(subject) : [await findUserId(name, subject)]));
  return [...new Set(ids)];
}

async function listTeam({ record }: CollectedRecord): Promise<string[]> {
  const owner = readReference(record, "owner");
  const team = owner === undefined ? undefined : await Directory.findTeamId(owner);
  return team === undefined ? [] : (await Directory.listActiveInTeam(team)).slice(0, MAX_TEAM_USERS);
}

export const NO_RECIPIENT = "No recipient is active and sees the record";

/** Notifies users who see the record. A repeat notifies no user twice. The user whose change is recorded is not told of it. */
export async function notifyUsers(
  { enrollment, subject, step, workflow, recorder }: StepRun,
  { to, message }: { readonly to: readonly string[]; readonly message: string },
): Promise<StepOutcome> {
  const { actor_id, at } = (recorder && enrollment.change) ?? {};
  if (at !== undefined && Notification.isPast(Date.parse(at)))
    return { result: "SKIPPED", reason: "The change was too long ago" };
  const { users, reasons } = await resolveRecipients(subject, to, actor_id);
  // The time in the id is the notification's. It is the same at each try: the end of the step before.
  const reachedAt = Date.parse(enrollment.results.at(-1)?.at ?? enrollment.started_at);
  for (const user of users) {
    const id = derivedId(NOTIFICATION, reachedAt, `workflow/${enrollment.id}/${step.id}`, user);
    await Notifier.deliver(id, {
      type: recorder?.notificationType ?? "workflow_notice",
      title: message.slice(0, 300),
      body: recorder ? null : workflow.name,
      record_kind: subject.collection.name,
      record_id: subject.record.id,
      actor_id: actor_id ?? useActorId(),
    });
  }
  const reason = recorder ? reasons.join("; ") || null : null;
  if (users.length > 0) return { result: "DONE", reason, details: { recipient_ids: users } };
  return { result: "SKIPPED", reason: reason ?? (recorder ? "There is no recipient" : NO_RECIPIENT) };
}

/** Bytes of a webhook's answer that are read. */
const MAX_ANSWER_BYTES = 4096;

/** Calls an address with the record. The same id at each try lets the receiver recognise a repeat. */
export async function callWebhook(
  { enrollment, subject: { record, collection }, step, workflow }: StepRun,
  { url, saveAs }: { readonly url: string; readonly saveAs: string | undefined },
): Promise<StepOutcome> {
  const problem = await usePorts().outbound.findProblem(url);
  if (problem !== undefined) return { result: "FAILED", reason: problem };
  const body = JSON.stringify({
    id: `${enrollment.id}.${step.id}`,
    workflow_id: workflow.id,
    enrollment_id: enrollment.id,
    step_id: step.id,
    record: { kind: collection.name, id: record.id },
  });
  const answer = await usePorts().outbound.post({
    url,
    headers: { "content-type": "application/json", "idempotency-key": `${enrollment.id}.${step.id}` },
    body,
    timeoutSeconds: 10,
    maxBytes: MAX_ANSWER_BYTES,
  });
  if (answer.status >= 500 || answer.status === 429) throw new NoResponse(`The address answered ${answer.status}`);
  if (answer.status >= 300) return { result: "FAILED", reason: `The address answered ${answer.status}` };
  return { result: "DONE", ...(saveAs === undefined ? {} : { outputs: { [saveAs]: parseAnswer(answer.body) } }) };
}

function parseAnswer(body: Uint8Array): Json {
  const text = Buffer.from(body).toString();
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
