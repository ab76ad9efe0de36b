/** An event about a record, as the bus carries it: ids and names of fields, no values. */
export interface DomainEvent {
  /** The same for every delivery of the same event. */
  id: string;
  /** `lead.created`, `lead.status_changed`, … */
  type: string;
  tenant_id: string;
  /** The record, and the version that the change created. */
  record_id: string;
  version: number;
  actor_id: string;
  request_id: string;
  at: string;
  /** Names of the changed fields. Values stay in the record. */
  changed: readonly string[];
  /** For an event of a clock: the instant for which the clock was set. */
  due_at?: string;
  /** For an event of a watcher of changes: what the change matched, such as the triggers of workflows. */
  matches?: readonly string[];
  /** For such an event: the ids of master data that a watched field had before and after the change. */
  moved?: Readonly<Record<string, readonly [before: string | null, after: string | null]>>;
}

/** Returns whether an event may concern any of these fields. Only `….updated` events name their fields; all other events may. */
export const concernsFields = ({ type, changed }: Pick<DomainEvent, "type" | "changed">, fields: readonly string[]): boolean =>
  !type.endsWith(".updated") || changed.some((field) => fields.includes(field));
