/** What happened to a record, as the bus carries it: names and ids, and no values. */
export interface DomainEvent {
  /** The same for every delivery of the same event. */
  id: string;
  /** `lead.created`, `lead.status_changed`, … */
  type: string;
  tenant_id: string;
  /** The record that it is about, and the version that the change made. */
  record_id: string;
  version: number;
  actor_id: string;
  request_id: string;
  at: string;
  /** Names of the fields that changed; values stay in the record. */
  changed: readonly string[];
  /** Of a clock's event: the instant at which the clock stood. */
  due_at?: string;
}

/** Whether a change of any of these fields may be what an event tells of; events that are no changes of fields always may. */
export const concernsFields = ({ type, changed }: Pick<DomainEvent, "type" | "changed">, fields: readonly string[]): boolean =>
  !type.endsWith(".updated") || changed.some((field) => fields.includes(field));
