import { declared } from "../jobs/export/exportable.ts";
import { contractGrants } from "./contract.domain.ts";
import { Contract } from "./contract.ts";

export const contracts = declared(Contract.listed, { entity: "contracts", read: contractGrants.read });
