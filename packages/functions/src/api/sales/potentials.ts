import { ConvertPotential } from "@crm/core/commerce/order/conversion.schema.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { Potentials } from "@crm/core/sales/potential/potential.entity.ts";
import { POTENTIAL, potentialGrants } from "@crm/core/sales/potential/potential.kind.ts";
import { Potential } from "@crm/core/sales/potential/potential.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";

const output = recordSchema("Potential", Potential.Info);

const operations = [
  ...buildFollowOperations("Potential", POTENTIAL),
  ...crud({
    noun: "Potential",
    plural: "Potentials",
    tag: "Potentials",
    path: "/potentials",
    read: potentialGrants.read,
    write: potentialGrants.write,
    remove: potentialGrants.delete,
    domain: Potential,
    output,
    row: recordSchema("PotentialRow", Potential.Row),
    links: linksFor(Potentials),
  }),
  operation({
    name: "convertPotential",
    method: "POST",
    path: "/potentials/{id}/convert",
    tag: "Potentials",
    access: potentialGrants.write,
    summary: "Convert a potential to an order or an opportunity",
    description: "Possible once: a second request returns 409 with the result of the first.",
    verb: fn(ConvertPotential, async (input) => (await import("@crm/core/commerce/order/conversion.ts")).convertPotential(input)),
    output,
    kind: "record",
    links: linksFor(Potentials),
  }),
  buildExportOperation("exportPotentials", "potentials", "Potentials", potentialGrants.read, Potential.listDefinition),
  buildImportOperation(
    "importPotentials",
    "potentials",
    "Potentials",
    potentialGrants.write,
    "Each row is a potential of the person with this `personal_key_id` or `external_key`.",
    async () => (await import("@crm/core/sales/potential/potential.import.ts")).potentials,
  ),
  ...buildActivityOperations("Potential", "/potentials", createRecordActivities(Potentials)),
] as const;

export const potentials = defineApiFunction(operations, {
  uses: ["domains", "seal", "objects:uploads:put", "objects:uploads:get"],
});
