import type { Schemas } from "@crm/sdk/index.ts";
import { ApiError } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { crm } from "../../api/client.ts";
import { fillPath } from "../../api/record-template.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { CustomerLinkTools } from "./customer-link.tsx";
import { ListCard } from "./list-card.tsx";

interface CustomerPageCardProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** The page that the customer of a sent record has: to whom the link went, how often it was opened, and the link itself. */
export function CustomerPageCard({ kind, record }: CustomerPageCardProps) {
  const hasLinks = kind.actions.some(({ path }) => path.endsWith("{id}/links/revoke"));
  return hasLinks && typeof record.sent_at === "string" ? <SentPageCard kind={kind} record={record} /> : null;
}

function SentPageCard({ kind, record }: CustomerPageCardProps) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const path = fillPath(`${kind.path}/{id}`, record);
  const page = useQuery({
    queryKey: [...scope, "record", kind.kind, record.id, "customer-page", record.version],
    queryFn: async ({ signal }) => {
      try {
        const offer = await crm.request<Schemas.Offer>("GET", `${path}/offer`, { signal });
        const { link } = await crm.request<Schemas.SendPreview>("GET", `${path}/send-preview`, { signal });
        return { offer, link };
      } catch (error) {
        // A record that was sent before it had a page.
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
  if (page.data === null) return null;
  const now = new Date().toISOString();
  const { offer, link } = page.data ?? {};
  return (
    <ListCard title={t("The customer's page")} count={undefined} isPending={page.isPending} hasFailed={page.isError}>
      {offer ? (
        <li className="flex min-w-0 flex-col gap-1 text-control">
          <span className="wrap-anywhere">{t("Sent to {address}", { address: offer.to })}</span>
          <span className="text-text-muted">
            {offer.last_viewed_at === null
              ? t("Not opened yet")
              : t("Opened: {count}, last {when}", {
                  count: formatCount(offer.view_count, options.locale),
                  when: formatRelative(offer.last_viewed_at, now, options),
                })}
          </span>
          {offer.revoked_at === null ? null : (
            <span className="text-text-muted">{t("The links were revoked. Send it again.")}</span>
          )}
          {link ? <CustomerLinkTools link={link} /> : null}
        </li>
      ) : null}
    </ListCard>
  );
}
