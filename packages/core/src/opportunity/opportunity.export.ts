import { declared } from "../jobs/export/exportable.ts";
import { opportunityGrants } from "./opportunity.domain.ts";
import { Opportunity } from "./opportunity.ts";

export const opportunities = declared(Opportunity.listed, { entity: "opportunities", read: opportunityGrants.read });
