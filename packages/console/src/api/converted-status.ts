/** The status of a lead is where it stood before it was converted, and says nothing any more. */
export const isConvertedStatus = (field: string, { is_converted }: Readonly<Record<string, unknown>>): boolean =>
  field === "lead_status_id" && is_converted === true;
