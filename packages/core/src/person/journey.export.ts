import { declared } from "../jobs/export/exportable.ts";
import { Clock } from "../kernel/clock.ts";
import { Journey } from "./journey.ts";
import { journeyGrants } from "./person.domain.ts";

export const journey = declared(Journey.listed, { entity: "journey", read: journeyGrants.read, ahead: Clock.AHEAD });
