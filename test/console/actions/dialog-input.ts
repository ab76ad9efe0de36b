export type InputKind = "text" | "select" | "combobox" | "reference" | "date" | "checkbox" | "list";

/** An input of the dialog that is open. */
export interface DialogInput {
  /** `data-input` of its control. */
  readonly number: number;
  readonly kind: InputKind;
  /** The labels of the lists and objects around it, and its own. */
  readonly path: readonly string[];
  readonly isRequired: boolean;
  readonly isEmpty: boolean;
  /** Whether it has a message. */
  readonly isWrong: boolean;
}
