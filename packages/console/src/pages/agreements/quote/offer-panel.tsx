import type { Schemas } from "@crm/sdk/index.ts";
import { ApiError } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { crm } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { rowFields } from "../../../api/row-fields.ts";
import type { Field, Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatValue } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { RelatedRows } from "./related-rows.tsx";

interface Offer {
  readonly to: string;
  readonly cc: readonly string[] | null;
  readonly sent_at: string;
  readonly times_sent: number;
  readonly revoked_at: string | null;
  readonly first_viewed_at: string | null;
  readonly last_viewed_at: string | null;
  readonly view_count: number;
  readonly reminded_at: string | null;
  readonly answer: {
    readonly outcome: "ACCEPTED" | "REJECTED";
    readonly at: string;
    readonly name: string | null;
    readonly reason: string | null;
  } | null;
  readonly questions: readonly {
    readonly request_id: string;
    readonly at: string;
    readonly name: string;
    readonly text: string;
  }[];
}

const SIGNATURE_COLUMNS = rowFields<Schemas.SignatureRequestRow>()("status", "created_at");
const INSTANT = { name: "instant", type: "instant" } as Field;

/** What the customer was sent, how often it was opened, and who signs. */
export function OfferPanel({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const { locale } = options;
  const offer = useQuery({
    queryKey: [...scope, "offer", kind.kind, record.id, record.version],
    queryFn: async ({ signal }): Promise<Offer | null> => {
      try {
        return await crm.request<Offer>("GET", `${kind.path}/${record.id}/offer`, { signal });
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
  const when = (instant: string | null | undefined): string => formatValue({ instant }, INSTANT, options);
  const facts: readonly (readonly [label: string, value: string])[] = offer.data
    ? [
        [t("Sent to"), offer.data.to],
        ...(offer.data.cc ? [[t("Cc"), offer.data.cc.join(", ")] as const] : []),
        [t("Last sent"), when(offer.data.sent_at)],
        [t("Times sent"), formatCount(offer.data.times_sent, locale)],
        [t("Opened"), formatCount(offer.data.view_count, locale)],
        [t("First opened"), when(offer.data.first_viewed_at)],
        [t("Last opened"), when(offer.data.last_viewed_at)],
        [t("Reminded"), when(offer.data.reminded_at)],
      ]
    : [];
  if (offer.isPending) return <Skeleton shape="block" />;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {offer.error ? <Banner kind="danger" title={readErrors(offer.error, t).form ?? t("The link could not be loaded")} /> : null}
      {offer.data === null ? (
        <EmptyState kind="empty" title={t("Not sent yet")}>
          {t("The customer gets a private link by email, and can accept, decline or ask there.")}
        </EmptyState>
      ) : null}
      {offer.data ? (
        <section aria-label={t("Link of the customer")} className="flex min-w-0 flex-col gap-2">
          <h2 className="text-section font-semibold">{t("Link of the customer")}</h2>
          {offer.data.revoked_at === null ? null : (
            <Banner kind="warning" title={t("The links were revoked on {when}", { when: when(offer.data.revoked_at) })} />
          )}
          <dl className="grid w-fit max-w-full grid-cols-(--field-columns) gap-x-4 gap-y-2 text-control">
            {facts.map(([label, value]) => (
              <div key={label} className="contents">
                <dt className="text-text-muted">{label}</dt>
                <dd dir="auto" className="min-w-0 wrap-anywhere">
                  {value}
                </dd>
              </div>
            ))}
          </dl>
          {offer.data.answer === null ? null : (
            <Banner
              kind={offer.data.answer.outcome === "ACCEPTED" ? "success" : "danger"}
              title={
                offer.data.answer.outcome === "ACCEPTED"
                  ? t("{name} accepted on {when}", {
                      name: offer.data.answer.name ?? offer.data.to,
                      when: when(offer.data.answer.at),
                    })
                  : t("The customer declined on {when}", { when: when(offer.data.answer.at) })
              }
            >
              {offer.data.answer.reason === null ? null : <p dir="auto">{offer.data.answer.reason}</p>}
            </Banner>
          )}
          {offer.data.questions.map(({ request_id, name, at, text }) => (
            <div key={request_id} className="flex flex-col gap-1 text-control">
              <span className="text-meta text-text-muted">{t("{name} asked on {when}", { name, when: when(at) })}</span>
              <p dir="auto" className="whitespace-pre-line wrap-anywhere">
                {text}
              </p>
            </div>
          ))}
        </section>
      ) : null}
      {kind.related.some(({ name }) => name === "signature_request") ? (
        <section aria-label={t("Signatures")} className="flex min-w-0 flex-col gap-2">
          <h2 className="text-section font-semibold">{t("Signatures")}</h2>
          <RelatedRows
            kind={kind}
            id={record.id}
            name="signature_request"
            columns={SIGNATURE_COLUMNS}
            empty={t("No signature was requested")}
          />
        </section>
      ) : null}
    </div>
  );
}
