import { declared } from "../jobs/export/exportable.ts";
import { Team } from "./team.ts";
import { teamGrants } from "./user.domain.ts";

export const teams = declared(Team.listed, { entity: "teams", read: teamGrants.read });
