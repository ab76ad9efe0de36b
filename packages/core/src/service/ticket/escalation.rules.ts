/** The sentence in which the escalations of clocks were stored. */
const SENTENCE = /^(\d{1,4})% of the (?:first response|next response|resolution) target$/;

/** Turns the stored sentence of an escalation by a clock into its percent. The text of a user stays, and so does a percent that is stored already. */
export function parseEscalation(stored: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { escalation_metric, escalation_reason, escalation_percent = null } = stored;
  const isByClock = typeof escalation_metric === "string" && typeof escalation_reason === "string";
  const percent = isByClock ? SENTENCE.exec(escalation_reason)?.[1] : undefined;
  return percent === undefined ? { escalation_percent } : { escalation_percent: Number(percent), escalation_reason: null };
}
