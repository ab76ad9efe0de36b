import type { FormState } from "../../../input/form/form-state.ts";
import { Banner } from "../../../ui/kit/banner.tsx";

interface SendErrorsProps {
  readonly form: FormState;
  /** Fields whose errors stand elsewhere. */
  readonly shownFields?: readonly string[];
  /** The labels of fields by their names. */
  readonly labelFor: (name: string) => string;
}

/** Why a message was not sent. */
export function SendErrors({ form, shownFields = [], labelFor }: SendErrorsProps) {
  const others = Object.entries(form.errors.fields).filter(([name]) => !shownFields.includes(name));
  const texts = [form.errors.form, ...others.map(([name, message]) => `${labelFor(name)}: ${message}`)].filter(
    (text) => text !== undefined,
  );
  return (
    <>
      {texts.map((text) => (
        <Banner key={text} kind="danger" title={text} />
      ))}
    </>
  );
}
