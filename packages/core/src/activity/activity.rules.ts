/** Pure rules of activities. */

interface Planned {
  due_date?: string | null;
  due_time?: string | null;
}

/** A due date and time in a time zone as an instant; without a time at the end of the day. */
export function instantOf({ due_date, due_time }: Planned, zone: string): string | null {
  if (!due_date) return null;
  const wanted = Date.parse(`${due_date}T${due_time ? `${due_time}:00.000` : "23:59:59.999"}Z`);
  // The offset at the instant itself: asked twice, because the first guess may lie on the other side of a change.
  const first = wanted - offsetAt(wanted, zone);
  return new Date(wanted - offsetAt(first, zone)).toISOString();
}

/** Milliseconds by which clocks of the zone are ahead of UTC. */
function offsetAt(ms: number, zone: string): number {
  const local = new Date(ms).toLocaleString("sv-SE", { timeZone: zone });
  return Date.parse(`${local.replace(" ", "T")}Z`) - Math.floor(ms / 1000) * 1000;
}

interface Timed {
  created_at: string;
  start_datetime?: string | null;
  due_at?: string | null;
  completed_datetime?: string | null;
}

/** Where an activity stands in time: when it began or begins, was done, is due, or else was written down. */
export const happensAt = ({ start_datetime, completed_datetime, due_at, created_at }: Timed): string =>
  start_datetime ?? completed_datetime ?? due_at ?? created_at;

export const isOpen = ({ status }: { status: string }): boolean => status !== "COMPLETED" && status !== "CANCELLED";
