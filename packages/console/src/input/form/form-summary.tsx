import { useRef } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { useFaultFocus } from "./fault-focus.ts";
import { listHiddenFaults } from "./fault-text.ts";
import type { FormState } from "./form-state.ts";

interface FormSummaryProps {
  readonly form: FormState;
  /** The fields that the form shows: the others' errors stand here. */
  readonly shownFields: readonly string[];
  /** Labels of fields, by name. */
  readonly labelFor: (name: string) => string;
}

/** More wrong fields than these get a summary above the form. */
const MAX_UNSUMMARIZED = 2;

/** Above a form: what is wrong and has no place beside a field, and that a draft came back. */
export function FormSummary({ form, shownFields, labelFor }: FormSummaryProps) {
  const t = useText();
  const place = useRef<HTMLSpanElement>(null);
  useFaultFocus(place, form);
  const wrong = Object.keys(form.errors.fields);
  const hidden = form.errors.isComplete === true ? [] : listHiddenFaults(form.errors.fields, shownFields, labelFor);
  const texts = [form.errors.form, ...hidden].filter((text) => text !== undefined);
  const { requestId } = form.errors;
  return (
    <>
      <span ref={place} className="sr-only" />
      {form.isRestored ? (
        <Banner
          kind="info"
          title={t("We kept what you had typed")}
          action={
            <Button isSmall variant="quiet" onPress={form.discard}>
              {t("Discard")}
            </Button>
          }
        />
      ) : null}
      {texts.length > 0 || wrong.length > MAX_UNSUMMARIZED ? (
        <Banner
          kind="danger"
          title={texts[0] ?? t("{count, plural, one {# field needs} other {# fields need}} a change", { count: wrong.length })}
        >
          {texts.slice(1).join(" ")}
          {requestId === undefined ? null : (
            <details>
              <summary>{t("Details")}</summary>
              {requestId}
            </details>
          )}
        </Banner>
      ) : null}
    </>
  );
}
