import type { ReactNode } from "react";
import { FieldError } from "react-aria-components/FieldError";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { useText } from "../i18n/use-text.ts";
import { fieldErrorClass, fieldHelpClass, fieldLabelClass } from "./field-classes.ts";

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

export function FieldLabel({ label, note, isLabelHidden = false }: Pick<FieldProps, "label" | "note" | "isLabelHidden">) {
  const t = useText();
  return (
    <Label className={isLabelHidden ? "sr-only" : fieldLabelClass}>
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
        <Text slot="description" className={fieldHelpClass}>
          {help}
        </Text>
      )}
      <FieldError className={fieldErrorClass}>{error}</FieldError>
    </>
  );
}

/** A unit or sign inside the frame of an input. */
export function Affix({ children }: { readonly children: ReactNode }) {
  return <span className="shrink-0 px-2 text-control text-text-muted">{children}</span>;
}
