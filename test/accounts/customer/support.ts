/** Counts how many concurrent requests succeeded and collects the statuses of the others. */
export async function countOutcomes(asked: readonly Promise<unknown>[]): Promise<{ done: number; refused: number[] }> {
  const answers = await Promise.allSettled(asked);
  const done = answers.filter(({ status }) => status === "fulfilled").length;
  const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.status as number] : []));
  return { done, refused: [...new Set(refused)] };
}
