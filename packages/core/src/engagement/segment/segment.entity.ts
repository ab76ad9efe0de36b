import { SEGMENT, SEGMENT_BUILD } from "./segment.kind.ts";
import { createBuildCollection, createSetCollection } from "./set-record.ts";

export const Segments = createSetCollection(SEGMENT);
export const SegmentBuilds = createBuildCollection(SEGMENT_BUILD);
