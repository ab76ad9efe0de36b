import { declareExport } from "../../platform/export/exportable.ts";
import { dealGrants } from "./deal.kind.ts";
import { Deal } from "./deal.ts";

export const deals = declareExport(Deal.listDefinition, { entity: "deals", read: dealGrants.read });
