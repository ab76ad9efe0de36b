import { CustomerLink } from "../../../records/record/customer-link.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
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
