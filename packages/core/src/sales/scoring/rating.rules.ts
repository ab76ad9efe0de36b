export const ratings = ["HOT", "WARM", "COLD", "DISQUALIFIED"] as const;
export type Rating = (typeof ratings)[number];

/** From which score on. */
export interface Thresholds {
  hot: number;
  warm: number;
  cold: number;
}

/** Seed 001, Lead Scoring Algorithm. */
const DEFAULT_THRESHOLDS: Thresholds = { hot: 80, warm: 60, cold: 40 };

/** A rating changes no status. */
export const toRating = (score: number, { hot, warm, cold }: Thresholds = DEFAULT_THRESHOLDS): Rating =>
  score >= hot ? "HOT" : score >= warm ? "WARM" : score >= cold ? "COLD" : "DISQUALIFIED";
