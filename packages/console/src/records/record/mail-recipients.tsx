import { useState } from "react";
import type { FormState } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Select, toKeys } from "../../ui/kit/select.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { findAccount, type MailComposerData, OTHER_ADDRESS, resolveRecipient } from "./mail-request.ts";

interface MailRecipientsProps {
  readonly form: FormState;
  readonly composer: MailComposerData;
  readonly findError: (field: string) => string | undefined;
}

/** To whom a mail goes, and from which account. */
export function MailRecipients({ form, composer, findError }: MailRecipientsProps) {
  const t = useText();
  const [hasCopies, setCopies] = useState(Boolean(form.values.cc));
  const recipient = resolveRecipient(form.values, composer);
  const bind = (field: string) => ({
    value: String(form.values[field] ?? ""),
    onChange: (value: string) => form.set(field, value),
    error: findError(field),
  });
  return (
    <>
      <div className="flex min-w-0 flex-wrap items-end gap-x-4 gap-y-3">
        {composer.recipients.length > 0 ? (
          <Select
            label={t("To")}
            options={[
              ...composer.recipients.map(({ person_id, name, address }) => ({ id: person_id, label: `${name} <${address}>` })),
              { id: OTHER_ADDRESS, label: t("Another address…") },
            ]}
            value={recipient}
            onChange={(key) => form.set("recipient", toKeys(key)[0])}
            error={findError("person_id")}
          />
        ) : null}
        {composer.accounts.length > 1 ? (
          <Select
            label={t("From")}
            options={composer.accounts.map(({ id, name, address }) => ({ id, label: `${name} <${address}>` }))}
            value={findAccount(form.values, composer)?.id ?? null}
            onChange={(key) => form.set("sender_id", toKeys(key)[0])}
          />
        ) : null}
        {hasCopies ? null : (
          <Button isSmall variant="quiet" onPress={() => setCopies(true)}>
            {t("Add Cc")}
          </Button>
        )}
      </div>
      {recipient === OTHER_ADDRESS ? (
        <TextField label={composer.recipients.length > 0 ? t("Address") : t("To")} type="email" {...bind("to")} />
      ) : null}
      {hasCopies ? <TextField label={t("Cc")} help={t("Separate addresses by commas.")} {...bind("cc")} /> : null}
    </>
  );
}
