import type { RecordData } from "./kind.ts";
import type { LabelledRecord } from "./value-text.ts";

/** A record of the API with the names behind its ids. */
export type ConsoleRecord = LabelledRecord & RecordData;
