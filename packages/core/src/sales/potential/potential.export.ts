import { declareExport } from "../../platform/export/exportable.ts";
import { potentialGrants } from "./potential.domain.ts";
import { Potential } from "./potential.ts";

export const potentials = declareExport(Potential.listDefinition, { entity: "potentials", read: potentialGrants.read });
