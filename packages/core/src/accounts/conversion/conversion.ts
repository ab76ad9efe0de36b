/** Conversions, each of one lead; convert.ts makes them and follows them up. */
export type { ConversionRecord } from "./conversion.entity.ts";
export { Conversions, isOpen, Stored } from "./conversion.entity.ts";
