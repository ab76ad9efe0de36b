import { declared } from "../jobs/export/exportable.ts";
import { proposalGrants } from "./proposal.domain.ts";
import { Proposal } from "./proposal.ts";

export const proposals = declared(Proposal.listed, { entity: "proposals", read: proposalGrants.read });
