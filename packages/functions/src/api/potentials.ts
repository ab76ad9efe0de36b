import { PotentialConversion } from "@crm/core/conversion/potential.ts";
import { PotentialActivities } from "@crm/core/potential/activities.ts";
import { potentialGrants } from "@crm/core/potential/potential.domain.ts";
import { Potential } from "@crm/core/potential/potential.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { activitiesAt } from "./activities-at.ts";
import { crud } from "./crud.ts";
import { exporting, importing } from "./files.ts";
import { potentialLinks } from "./links.ts";

const output = recordOf("Potential", Potential.Info);

const operations = [
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
    row: recordOf("PotentialRow", Potential.Row),
    links: potentialLinks,
  }),
  operation({
    name: "convertPotential",
    method: "POST",
    path: "/potentials/{id}/convert",
    tag: "Potentials",
    access: potentialGrants.write,
    summary: "Make an order or an opportunity of a potential",
    description: "Once: the second is a 409 that says what it became.",
    verb: PotentialConversion.convert,
    output,
    kind: "record",
    links: potentialLinks,
  }),
  exporting(
    "exportPotentials",
    "potentials",
    "Potentials",
    potentialGrants.read,
    Potential.list.schema,
    async () => (await import("@crm/core/potential/potential.export.ts")).potentials,
  ),
  importing(
    "importPotentials",
    "potentials",
    "Potentials",
    potentialGrants.write,
    "Each row is a potential of the person whom it names by `personal_key_id` or `external_key`.",
    async () => (await import("@crm/core/potential/potential.import.ts")).potentials,
  ),
  ...activitiesAt("Potential", "/potentials", PotentialActivities),
] as const;

export const potentials = serves(operations, { uses: ["domains", "seal", "objects:uploads:put", "objects:uploads:get"] });
