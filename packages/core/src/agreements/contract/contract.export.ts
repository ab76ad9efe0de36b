import { declareExport } from "../../platform/export/exportable.ts";
import { contractGrants } from "./contract.kind.ts";
import { Contract } from "./contract.ts";

export const contracts = declareExport(Contract.listDefinition, { entity: "contracts", read: contractGrants.read });
