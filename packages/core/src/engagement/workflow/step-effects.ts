import { useActorId, usePorts } from "../../kernel/context.ts";
import { derivedId } from "../../kernel/id.ts";
import type { Json } from "../../kernel/json.ts";
import { NoResponse } from "../../kernel/ports.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { Step } from "./definition.ts";
import { type CollectedRecord, readReference } from "./enrolled-record.ts";
import type { EnrollmentRecord } from "./enrollment.entity.ts";
import type { StepOutcome } from "./step-plan.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";

/** What steps do outside of the table. Each effect has an id that is the same at each try. */

interface StepRun {
  readonly workflow: WorkflowRecord;
  readonly enrollment: EnrollmentRecord;
  readonly subject: CollectedRecord;
  readonly step: Step;
}

const MAX_TEAM_USERS = 50;

/** Lists the active users that a step notifies: those who see the record. */
export async function listRecipients(
  { collection, record }: CollectedRecord,
  names: readonly string[],
): Promise<readonly string[]> {
  const ownerId = readReference(record, "owner");
  const [owner] = ownerId === undefined ? [] : await Directory.loadActive([ownerId]);
  const ids = new Set<string>();
  for (const name of names) {
    if (name === "owner") ids.add(ownerId ?? "");
    else if (name === "manager") ids.add(owner?.manager_id ?? "");
    else if (name === "team" && owner?.team_id)
      for (const member of (await Directory.listActiveInTeam(owner.team_id)).slice(0, MAX_TEAM_USERS)) ids.add(member);
    else ids.add(name);
  }
  const recipients: string[] = [];
  for (const user of await Directory.loadActive([...ids].filter((id) => id.startsWith("usr_"))))
    if (user && (await Notifier.canSee(user.id, { collection, record }))) recipients.push(user.id);
  return recipients;
}

export const NO_RECIPIENT = "No recipient is active and sees the record";

/** Notifies users who see the record. A repeat notifies no user twice. */
export async function notifyUsers(
  { enrollment, subject, step, workflow }: StepRun,
  { to, message }: { readonly to: readonly string[]; readonly message: string },
): Promise<StepOutcome> {
  const { collection, record } = subject;
  const recipients = await listRecipients(subject, to);
  // The time in the id is the notification's. It is the same at each try: the end of the step before.
  const reachedAt = Date.parse(enrollment.results.at(-1)?.at ?? enrollment.started_at);
  for (const user of recipients) {
    const id = derivedId(NOTIFICATION, reachedAt, `workflow/${enrollment.id}/${step.id}`, user);
    await Notifier.deliver(id, {
      type: "workflow_notice",
      title: message.slice(0, 300),
      body: workflow.name,
      record_kind: collection.name,
      record_id: record.id,
      actor_id: useActorId(),
    });
  }
  return recipients.length > 0 ? { result: "DONE" } : { result: "SKIPPED", reason: NO_RECIPIENT };
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
