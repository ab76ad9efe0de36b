import { Clock } from "../../kernel/clock.ts";
import { declareExport } from "../../platform/export/exportable.ts";
import { Journey } from "./journey.ts";
import { journeyGrants } from "./person.kind.ts";

export const journey = declareExport(Journey.listDefinition, {
  entity: "journey",
  read: journeyGrants.read,
  maxIdSkewMs: Clock.MAX_FUTURE_MS,
});
