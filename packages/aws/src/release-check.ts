import type { Ports } from "@crm/core/kernel/ports.ts";
import { prepareTableShapes } from "@crm/core/storage/scheduler/table-shapes.ts";
import { answerDeployment, isDeployment } from "./custom-resource.ts";

/**
 * Fails a deployment of a release that cannot read the table, before it replaces a function. CloudFormation calls it when the shapes that the
 * release knows have changed, or the table.
 */
export async function checkRelease(event: unknown, ports: Ports): Promise<void> {
  if (!isDeployment(event)) throw new Error("Only CloudFormation calls this function");
  await answerDeployment(event, { id: "release", failure: "The release cannot read the table", log: ports.log }, async () => {
    if (event.RequestType !== "Delete") await prepareTableShapes(ports);
  });
}
