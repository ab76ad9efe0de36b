import type { Figures } from "./definition.ts";

/** Enrollments by what a reader wants to know of them, from their status. */
export interface EnrollmentCounts {
  /** Enrollments whose steps go on. */
  readonly open: number;
  readonly completed: number;
  /** Enrollments that wait for a person: their step failed, or they are held. */
  readonly failed: number;
}

const groups: Readonly<Record<keyof EnrollmentCounts, readonly string[]>> = {
  open: ["PLANNED", "ACTIVE", "WAITING"],
  completed: ["COMPLETED", "EXITED"],
  failed: ["FAILED", "HELD"],
};

const countStatuses = ({ statuses }: Figures, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (statuses[name] ?? 0), 0);

/** Sums the enrollments of workflows. */
export function countEnrollments(figures: readonly Figures[]): EnrollmentCounts {
  const count = (group: keyof EnrollmentCounts): number =>
    figures.reduce((sum, workflow) => sum + countStatuses(workflow, groups[group]), 0);
  return { open: count("open"), completed: count("completed"), failed: count("failed") };
}
