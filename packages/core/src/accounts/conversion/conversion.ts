/** Conversions, one for each lead. lead-conversion.ts creates them, repoint.ts moves the records of the lead. */
export type { ConversionRecord } from "./conversion.entity.ts";
export { Conversions, isOpen, Stored } from "./conversion.entity.ts";
