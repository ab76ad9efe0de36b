import { NagSuppressions } from "cdk-nag";
import type { IConstruct } from "constructs";

/**
 * A finding of cdk-nag that is meant to be so, with its reason; `about` narrows it to what the finding names. Stands
 * where the resource is made, so that who reads one reads the other.
 */
export function acceptFinding(construct: IConstruct, id: string, reason: string, about?: RegExp): void {
  const appliesTo = about === undefined ? {} : { appliesTo: [{ regex: `/${about.source}/` }] };
  NagSuppressions.addResourceSuppressions(construct, [{ id, reason, ...appliesTo }], false);
}
