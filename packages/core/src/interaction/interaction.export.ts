import { declared } from "../jobs/export/exportable.ts";
import { Clock } from "../kernel/clock.ts";
import { id } from "../kernel/schema.ts";
import { USER } from "../user/user.domain.ts";
import { interactionGrants } from "./interaction.domain.ts";
import { Interaction } from "./interaction.ts";

export const interactions = declared(
  { ...Interaction.listed, fields: { ...Interaction.listed.fields, recorded_by: id(USER) } },
  { entity: "interactions", read: interactionGrants.read, ahead: Clock.AHEAD },
);
