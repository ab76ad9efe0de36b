import { declareExport } from "../../platform/export/exportable.ts";
import { proposalGrants } from "./proposal.kind.ts";
import { Proposal } from "./proposal.ts";

export const proposals = declareExport(Proposal.listDefinition, { entity: "proposals", read: proposalGrants.read });
