import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import * as Identity from "./identity.ts";
import { Stored } from "./person.entity.ts";

/** One human behind every record (seed 000, crm_personal_keys). */

export const Info = Stored.omit({ sealed: true, masks: true, hashes: true });

export const get = fn(z.strictObject({ id: text(64) }), ({ id }) => Identity.read(id));

export { consented } from "./consent.ts";
export { idsOf, living, PointTaken } from "./identity.ts";
export * as Person from "./person.ts";
export { type Claim, fill, personNamed, type Resolution, resolve } from "./resolve.ts";
