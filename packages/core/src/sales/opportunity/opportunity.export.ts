import { declareExport } from "../../platform/export/exportable.ts";
import { opportunityGrants } from "./opportunity.kind.ts";
import { Opportunity } from "./opportunity.ts";

export const opportunities = declareExport(Opportunity.listDefinition, { entity: "opportunities", read: opportunityGrants.read });
