/** Pure rules: the totals of a project by the counter of its tasks. */

interface ProjectTotals {
  total_task: number;
  total_task_completed: number;
  total_minutes: number;
}

const count = (value: unknown): number => Number(value ?? 0);

export const parseTotals = ({ tasks, completed, minutes }: Readonly<Record<string, unknown>>): ProjectTotals => ({
  total_task: count(tasks),
  total_task_completed: count(completed),
  total_minutes: count(minutes),
});
