import { declared } from "../jobs/export/exportable.ts";
import { dealGrants } from "./deal.domain.ts";
import { Deal } from "./deal.ts";

export const deals = declared(Deal.listed, { entity: "deals", read: dealGrants.read });
