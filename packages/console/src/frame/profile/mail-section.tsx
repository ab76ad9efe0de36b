import { useState } from "react";
import { useChangePreferences, usePreferences } from "../../api/preferences.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { TextArea } from "../../ui/kit/text-area.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { Section } from "../shell/section.tsx";
import { useSave } from "./use-save.ts";

const SIGNATURE_ROWS = 4;

/** The signature below mails. */
export function MailSection() {
  const t = useText();
  const { data: preferences } = usePreferences();
  return (
    <Section title={t("Email")} description={t("What stands below emails that you write.")}>
      {preferences ? <SignatureForm signature={preferences.mail_signature ?? ""} /> : <Skeleton shape="block" />}
    </Section>
  );
}

function SignatureForm({ signature }: { readonly signature: string }) {
  const t = useText();
  const change = useChangePreferences();
  const save = useSave();
  const [text, setText] = useState(signature);
  return (
    <form
      className="flex max-w-drawer flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save(async () => {
          await change({ mail_signature: text.trim() === "" ? null : text });
          showToast({ text: t("The signature was saved") });
        });
      }}
    >
      <TextArea label={t("Signature")} rows={SIGNATURE_ROWS} value={text} onChange={setText} />
      <span>
        <Button type="submit" isDisabled={text === signature}>
          {t("Save signature")}
        </Button>
      </span>
    </form>
  );
}
