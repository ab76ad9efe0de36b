import type { ReactNode } from "react";
import { FieldError } from "react-aria-components/FieldError";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { useText } from "../i18n/use-text.ts";

/** What all fields have. */
export interface FieldProps {
  readonly label: string;
  /** Below the field: what it is for, or its form. */
  readonly help?: string;
  /** What is wrong and what to do. The field is invalid while there is an error. */
  readonly error?: string;
  /** Says "optional" or "required" after the label: what is rarer in the form. */
  readonly note?: "optional" | "required";
  /** The label is only read out: what stands beside the field says the same. */
  readonly isLabelHidden?: boolean;
}

/** The tails of Arabic letters reach below their line. */
export const fieldClass = "flex min-w-0 flex-col gap-1 rtl:gap-2";

/** The frame of a text input, and of what looks like one. */
export const inputFrame =
  "min-w-0 rounded-control border border-border-strong bg-surface text-input text-text transition-colors " +
  "data-hovered:border-text-muted data-invalid:border-danger data-disabled:border-border data-disabled:bg-bg data-disabled:text-text-muted";

export const inputClass = `${inputFrame} h-control w-full px-2 ring-focused`;

/** A frame around an input with buttons or units beside it. */
export const groupClass = `${inputFrame} flex h-control w-full items-center ring-within`;

/** The input within such a frame. */
export const bareInputClass = "h-full w-full min-w-0 bg-transparent px-2 text-input text-text outline-none";

export function FieldLabel({ label, note, isLabelHidden = false }: Pick<FieldProps, "label" | "note" | "isLabelHidden">) {
  const t = useText();
  return (
    <Label className={isLabelHidden ? "sr-only" : "flex items-baseline gap-1 text-control font-medium text-text"}>
      <span className="min-w-0 wrap-anywhere">{label}</span>
      {note === undefined ? null : (
        <span className="text-meta font-normal text-text-muted">{note === "optional" ? t("optional") : t("required")}</span>
      )}
    </Label>
  );
}

export function FieldMessages({ help, error }: Pick<FieldProps, "help" | "error">) {
  return (
    <>
      {help === undefined ? null : (
        <Text slot="description" className="text-meta wrap-anywhere text-text-muted">
          {help}
        </Text>
      )}
      <FieldError className="text-meta wrap-anywhere text-danger">{error}</FieldError>
    </>
  );
}

/** A unit or sign inside the frame of an input. */
export function Affix({ children }: { readonly children: ReactNode }) {
  return <span className="shrink-0 px-2 text-control text-text-muted">{children}</span>;
}
