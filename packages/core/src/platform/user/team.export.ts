import { declareExport } from "../export/exportable.ts";
import { Team } from "./team.ts";
import { teamGrants } from "./user.kind.ts";

export const teams = declareExport(Team.listDefinition, { entity: "teams", read: teamGrants.read });
