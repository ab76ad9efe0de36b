import { type RefObject, useEffect, useRef } from "react";
import type { FormState } from "./form-state.ts";

/** What of a field that is wrong takes the focus. */
const FAULT = "[data-invalid] :is(input:not([type=hidden]), textarea, button, [role=spinbutton])";

/**
 * Puts the focus into the first field that the server refused, so that it is in view. If no field of the form is wrong, what is said above the form comes
 * into view. The element is the form, or a part of it.
 */
export function useFaultFocus(element: RefObject<HTMLElement | null>, { errors, isSaving }: FormState): void {
  const wasSaving = useRef(false);
  useEffect(() => {
    const hasFaults = errors.form !== undefined || Object.keys(errors.fields).length > 0;
    if (wasSaving.current && !isSaving && hasFaults) {
      const field = element.current?.closest("form, main")?.querySelector<HTMLElement>(FAULT);
      if (field) field.focus();
      else element.current?.scrollIntoView({ block: "nearest" });
    }
    wasSaving.current = isSaving;
  }, [element, errors, isSaving]);
}
