import { Copy, ExternalLink } from "lucide-react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { buildFrameCode, buildScriptCode, formAddress } from "./embed-code.ts";

/** The address of the form, and the code that shows it on another page. */
export function PublishPart({ record }: { readonly record: ConsoleRecord }) {
  const t = useText();
  const address = formAddress(location.origin, String(record.key));
  const origins = (record.allowed_origins ?? []) as readonly string[];
  return (
    <div className="flex max-w-form min-w-0 flex-col gap-6">
      {record.is_active === false ? (
        <Banner kind="warning" title={t("The form is inactive, so its page does not open.")} />
      ) : null}
      <section aria-label={t("Page of the form")} className="flex min-w-0 flex-col gap-3">
        <h2 className="text-section font-semibold">{t("Page of the form")}</h2>
        <TextField label={t("Address")} value={address} isReadOnly />
        <span className="flex flex-wrap items-center gap-3">
          <CopyButton text={address} label={t("Copy the address")} done={t("The address was copied")} />
          <Link href={address} target="_blank" rel="noreferrer">
            <span className="inline-flex items-center gap-1">
              {t("Open the page")}
              <ExternalLink />
            </span>
          </Link>
        </span>
      </section>
      <section aria-label={t("On your website")} className="flex min-w-0 flex-col gap-3">
        <h2 className="text-section font-semibold">{t("On your website")}</h2>
        <p className="text-control text-text-muted">
          {origins.length === 0
            ? t("Every website may show this form.")
            : t("These websites may show this form: {origins}.", { origins: origins.join(", ") })}
        </p>
        <TextArea
          label={t("Code with a script")}
          help={t("The form is always as high as it needs. Campaigns in the address of your page are saved.")}
          rows={2}
          value={buildScriptCode(address)}
          isReadOnly
        />
        <span>
          <CopyButton text={buildScriptCode(address)} label={t("Copy the script")} done={t("The code was copied")} />
        </span>
        <TextArea
          label={t("Code without a script")}
          help={t("Change the height if the form needs another one.")}
          rows={3}
          value={buildFrameCode(address, record)}
          isReadOnly
        />
        <span>
          <CopyButton text={buildFrameCode(address, record)} label={t("Copy the frame")} done={t("The code was copied")} />
        </span>
      </section>
    </div>
  );
}

function CopyButton({ text, label, done }: { readonly text: string; readonly label: string; readonly done: string }) {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    showToast({ text: done });
  };
  return (
    <Button icon={<Copy />} onPress={() => void copy()}>
      {label}
    </Button>
  );
}
