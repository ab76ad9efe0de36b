import type { Log } from "@crm/core/kernel/ports.ts";
import type { CloudFormationCustomResourceEvent } from "aws-lambda";

export const isDeployment = (event: unknown): event is CloudFormationCustomResourceEvent =>
  typeof event === "object" && event !== null && "ResponseURL" in event;

/** Runs work for a custom resource during a deployment. CloudFormation waits for the answer, so each failure is answered too. */
export async function answerDeployment(
  { ResponseURL, StackId, RequestId, LogicalResourceId }: CloudFormationCustomResourceEvent,
  { id, failure, log }: { id: string; failure: string; log: Log },
  work: () => Promise<unknown>,
): Promise<void> {
  let reason: string | undefined;
  try {
    await work();
  } catch (error) {
    reason = error instanceof Error ? error.message : "unknown";
    log.write("error", failure, { error: reason });
  }
  const Status = reason === undefined ? "SUCCESS" : "FAILED";
  const answer = { Status, Reason: reason, PhysicalResourceId: id, StackId, RequestId, LogicalResourceId };
  const { ok, status } = await fetch(ResponseURL, { method: "PUT", body: JSON.stringify(answer) });
  if (!ok) throw new Error(`CloudFormation refused the answer with ${status}`);
}
