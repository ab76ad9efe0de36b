import type { LabelledRecord } from "../fields/value-text.ts";
import type { RecordData } from "./kind.ts";

/** A record of the API with the names behind its ids. */
export type ConsoleRecord = LabelledRecord & RecordData;
