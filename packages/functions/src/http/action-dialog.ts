import type { Condition } from "@crm/core/kernel/layout.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";

/**
 * What a person reads before and after running an operation on a record. Clients build a dialog of it (docs/console/action-dialogs.md). Texts are for
 * people: short, without names of the API. The summary and the descriptions of an operation are for developers and are in no dialog.
 */
export interface ActionDialog {
  /** A verb and its object, without an article: `Split off comments`. Without it, clients shorten the summary. */
  readonly title?: string;
  /** What will happen, in one sentence or two. */
  readonly effect?: string;
  /** What happened, with the title of the record as `{record}`: `{record} was qualified.`. Without it, clients name the new status. */
  readonly done?: string;
  /** An operation on the same record that says more exactly what will happen, and changes nothing. */
  readonly preview?: ActionPreview;
  /** Suggested values of inputs, as templates with fields of the record: `{ amount: "{balance}" }`. */
  readonly preset?: Readonly<Record<string, string>>;
  /** Fields of the answer that no page shows, by name, with their labels: a secret that is told once, or what a check has found. */
  readonly answer?: Readonly<Record<string, string>>;
  /** Inputs by name. */
  readonly inputs?: Readonly<Record<string, ActionInput>>;
}

interface ActionPreview {
  /** The name of the operation. Its path has the parameter `id` alone. */
  readonly operation: string;
  /** Fields of the answer that are shown, in this order. */
  readonly fields: readonly string[];
}

interface ActionInput {
  /** Without it, the label follows from the name. */
  readonly label?: string;
  readonly help?: string;
  /** Only programs send it. */
  readonly isHidden?: boolean;
  /** Shown with the required inputs, although requests can omit it. */
  readonly isFirst?: boolean;
  /** The condition on the record, and on other inputs, under which the input is shown. */
  readonly visibleWhen?: Condition;
  /** The condition on the record, and on other inputs, under which the input is required. */
  readonly requiredWhen?: Condition;
  /** For ids of parts of the record: the field with these parts, or the list beside the record (`tabs`). */
  readonly itemOf?: string;
  /** For ids of records without a declared kind: the kind. */
  readonly record?: string;
  /** Callers without this permission are not asked. */
  readonly permission?: Permission;
}
