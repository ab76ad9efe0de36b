import { NagSuppressions } from "cdk-nag";
import type { IConstruct } from "constructs";

/**
 * Accepts a finding of cdk-nag, with the reason; `pattern` narrows it to findings whose details match. Call it where the resource is made,
 * so that a reader sees both.
 */
export function acceptFinding(construct: IConstruct, id: string, reason: string, pattern?: RegExp): void {
  const appliesTo = pattern === undefined ? {} : { appliesTo: [{ regex: `/${pattern.source}/` }] };
  NagSuppressions.addResourceSuppressions(construct, [{ id, reason, ...appliesTo }], false);
}
