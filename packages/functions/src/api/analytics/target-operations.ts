import { Targets } from "@crm/core/analytics/target/target.entity.ts";
import { targetGrants } from "@crm/core/analytics/target/target.kind.ts";
import { Target } from "@crm/core/analytics/target/target.ts";
import { recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildImportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";

const tag = "Targets";

/** Targets of figures, in the function `exports`. */
export const targetOperations = [
  ...crud({
    noun: "Target",
    plural: "Targets",
    tag,
    path: "/targets",
    read: targetGrants.read,
    write: targetGrants.write,
    remove: targetGrants.write,
    domain: Target,
    output: recordSchema("Target", Target.Info),
    row: recordSchema("TargetRow", Target.Row),
    links: linksFor(Targets),
  }),
  buildImportOperation(
    "importTargets",
    "targets",
    tag,
    targetGrants.write,
    "Each row is the target of a figure, a user, team or territory, and a period, and replaces an existing one.",
    async () => (await import("@crm/core/analytics/target/target.import.ts")).targets,
  ),
] as const;
