export const ratings = ["HOT", "WARM", "COLD", "DISQUALIFIED"] as const;
export type Rating = (typeof ratings)[number];

/** The lowest score of each rating. */
export interface Thresholds {
  hot: number;
  warm: number;
  cold: number;
}

const DEFAULT_THRESHOLDS: Thresholds = { hot: 80, warm: 60, cold: 40 };

/** Returns the rating of a score. A rating does not change the status of a lead. */
export const toRating = (score: number, { hot, warm, cold }: Thresholds = DEFAULT_THRESHOLDS): Rating =>
  score >= hot ? "HOT" : score >= warm ? "WARM" : score >= cold ? "COLD" : "DISQUALIFIED";
