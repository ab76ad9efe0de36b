import { Clock } from "../../kernel/clock.ts";
import { id } from "../../kernel/schema.ts";
import { declareExport } from "../../platform/export/exportable.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { interactionGrants } from "./interaction.kind.ts";
import { Interaction } from "./interaction.ts";

export const interactions = declareExport(
  { ...Interaction.listDefinition, fields: { ...Interaction.listDefinition.fields, recorded_by: id(USER) } },
  { entity: "interactions", read: interactionGrants.read, maxIdSkewMs: Clock.MAX_FUTURE_MS },
);
