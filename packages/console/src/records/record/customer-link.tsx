import { useText } from "../../ui/i18n/use-text.ts";
import { CopyButton } from "../../ui/kit/copy-button.tsx";
import { Link } from "../../ui/kit/link.tsx";

/** The address of the customer's page, to be copied or looked at. A preview is not counted as a view of the customer. */
export function CustomerLink({ link }: { readonly link: string }) {
  const t = useText();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="text-meta text-text-muted">{t("The customer's page")}</span>
      <span dir="ltr" className="text-control wrap-anywhere select-all">
        {link}
      </span>
      <CustomerLinkTools link={link} />
    </div>
  );
}

/** Copies the link, and opens the page as the customer sees it. */
export function CustomerLinkTools({ link }: { readonly link: string }) {
  const t = useText();
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1">
      <CopyButton text={link} label={t("Copy link")} />
      <Link variant="action" href={`${link}?preview=1`} target="_blank" rel="noreferrer">
        {t("Preview as customer")}
      </Link>
    </div>
  );
}
