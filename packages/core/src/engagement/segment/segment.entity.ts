import { aboutPerson } from "../../kernel/personal-data.ts";
import { SEGMENT, SEGMENT_BUILD } from "./segment.kind.ts";
import { createBuildCollection, createSetCollection } from "./set-record.ts";

export const Segments = createSetCollection(SEGMENT, {
  purpose: "Select persons and customers by rules.",
  subject: aboutPerson(),
});
export const SegmentBuilds = createBuildCollection(SEGMENT_BUILD, "Compute the members of segments.");
