import { declareExport } from "../../platform/export/exportable.ts";
import { potentialGrants } from "./potential.kind.ts";
import { Potential } from "./potential.ts";

export const potentials = declareExport(Potential.listDefinition, { entity: "potentials", read: potentialGrants.read });
