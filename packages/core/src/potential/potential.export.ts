import { declared } from "../jobs/export/exportable.ts";
import { potentialGrants } from "./potential.domain.ts";
import { Potential } from "./potential.ts";

export const potentials = declared(Potential.listed, { entity: "potentials", read: potentialGrants.read });
