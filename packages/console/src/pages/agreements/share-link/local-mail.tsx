import { useText } from "../../../ui/i18n/use-text.ts";
import { CopyButton } from "../../../ui/kit/copy-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";

interface LocalMailProps {
  readonly to: string | null;
  /** The customer's page, if there is one that the user may pass on. */
  readonly link?: string | null;
}

/** Where a mail is that did not leave the server, and the link that it would have brought. */
export function LocalMail({ to, link = null }: LocalMailProps) {
  const t = useText();
  const mailbox = `/_local/mailbox${to === null ? "" : `?to=${encodeURIComponent(to)}`}`;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p className="text-body">
        {link === null ? t("This server sends no mail.") : t("This server sends no mail. Pass the link on yourself.")}
      </p>
      {link === null ? null : <CustomerLink link={link} />}
      <Link variant="value" href={mailbox} target="_blank">
        {t("Open the local mailbox")}
      </Link>
    </div>
  );
}

/** The address of the customer's page, to be copied. */
export function CustomerLink({ link }: { readonly link: string }) {
  const t = useText();
  return (
    <div className="flex min-w-0 items-center gap-3">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="text-meta text-text-muted">{t("The customer's page")}</span>
        <span dir="ltr" className="text-control wrap-anywhere select-all">
          {link}
        </span>
      </div>
      <CopyButton text={link} />
    </div>
  );
}
