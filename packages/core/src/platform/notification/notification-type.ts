/**
 * What users are told of, by type. The domain of the record emits the event; who is told, and in which words, is said from the
 * record as it is when the event comes, because an event may come late. A domain names its types, and the events that tell of
 * each, in its value; the rest stands in a module of its own, which is loaded when there is something to tell.
 */
export interface NotificationType<R> {
  /**
   * The field by which the change itself chose the recipient: only a change that wrote it tells, and only whom it named. So of
   * two changes whose events come late each tells its own, if that still holds.
   */
  recipientField?: keyof R & string;
  /** Who is told; null where there is nobody, or nothing to tell any more. */
  recipient(record: R): string | null;
  /** Id of the record that the changed one became: where it has an owner, that one is told, and of that record. */
  successorId?(record: R): string | null;
  /** How it comes, where the record says so and not what the user prefers. */
  channels?(record: R): { in_app: boolean; email: boolean };
  /** Whether who did it is told as well. */
  includesActor?: true;
  title(record: R): string;
  body(record: R): string | null;
}
