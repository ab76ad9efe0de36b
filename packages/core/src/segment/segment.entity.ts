import { SEGMENT, SEGMENT_BUILD } from "./segment.domain.ts";
import { buildsOf, setsOf } from "./set-record.ts";

export const Segments = setsOf(SEGMENT);
export const SegmentBuilds = buildsOf(SEGMENT_BUILD);
