import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useRecordChoice } from "../../../input/fields/use-record-choice.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import type { MailBlock } from "../../../records/mail/mail-block.ts";
import { useMailPreview } from "../../../records/mail/mail-data.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { FigureTiles } from "../../../ui/kit/figure-tiles.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { MailPreview } from "../../messaging/template/mail-preview.tsx";
import { formatTracked } from "../campaign/tracked-figure.ts";
import { useAnyTemplate } from "./send-content.tsx";
import { countDelivered, listCounts, type SendResults } from "./send-rules.ts";
import { nameReason } from "./send-text.ts";

interface SendPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a send: what each record has, the message as a person gets it, and what became of the messages. */
export function SendParts({ kind, record, details }: SendPartsProps) {
  const t = useText();
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the send")}
        tabs={[
          { id: "overview", label: t("Overview"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
          { id: "message", label: t("Message"), content: <SendMessage record={record} /> },
          { id: "results", label: t("Results"), content: <ResultList kind={kind} record={record} /> },
        ]}
      />
    </div>
  );
}

interface Content {
  readonly subject?: string | null;
  readonly body?: string | null;
  readonly body_html?: string | null;
  readonly blocks?: readonly MailBlock[] | null;
}

/** The message of a send, with the values of a person. A message in own words without blocks is shown as its text. */
function SendMessage({ record }: { readonly record: ConsoleRecord }) {
  const t = useText();
  const person = useRecordChoice("person");
  const content = record.content as Content | null | undefined;
  const blocks = content?.blocks ?? null;
  const { data: anyTemplate } = useAnyTemplate(blocks !== null);
  const subject = (record.subject ?? content?.subject) as string | null | undefined;
  const unsaved = useMemo(() => {
    const changes = { ...(subject ? { subject } : {}), ...(blocks ? { blocks } : {}) };
    return Object.keys(changes).length === 0 ? undefined : JSON.stringify(changes);
  }, [subject, blocks]);
  const template = content ? (blocks ? anyTemplate : undefined) : (record.template_id as string | null);
  const isText = record.channel === "sms";
  const preview = useMailPreview({
    id: template ?? undefined,
    unsaved: isText ? undefined : unsaved,
    version: "",
    person: person.chosen?.id,
  });
  const words = isText && template ? preview.data?.text : (content?.body ?? undefined);
  if (template && !isText)
    return (
      <div className="w-full max-w-form">
        <MailPreview
          preview={preview.data}
          isError={preview.isError}
          person={person.chosen}
          search={person.search}
          onPersonChange={person.choose}
        />
      </div>
    );
  return (
    <div className="flex w-full max-w-form min-w-0 flex-col gap-3">
      {subject ? (
        <p dir="auto" className="text-body font-medium wrap-anywhere">
          {subject}
        </p>
      ) : null}
      {words ? (
        <p
          dir="auto"
          className="w-fit max-w-full rounded-card border border-border bg-raised px-4 py-3 text-body whitespace-pre-line wrap-anywhere"
        >
          {words}
        </p>
      ) : (
        <p className="text-control text-text-muted">{t("There is no preview of this message.")}</p>
      )}
    </div>
  );
}

/** What became of the messages, and why persons got none. */
function ResultList({ kind, record }: Pick<SendPartsProps, "kind" | "record">) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const results = useQuery({
    queryKey: [...scope, "related", "send-results", record.id],
    queryFn: async () => (await read<SendResults>(`${kind.path}/${record.id}/results`)).data,
  });
  if (results.error) return <LoadError query={results} text={t("The figures could not be loaded")} />;
  if (!results.data) return <Skeleton shape="block" />;
  const {
    written = 0,
    queued = 0,
    opened = 0,
    clicked = 0,
    undelivered = 0,
    failed = 0,
    refused = 0,
    recalled = 0,
  } = results.data;
  const tiles: readonly (readonly [string, number | null])[] = [
    [t("Messages"), written],
    [t("Waiting"), queued],
    [t("Delivered"), countDelivered(results.data)],
    [t("Opened"), opened],
    [t("Clicked"), clicked],
    [t("Messages came back"), undelivered],
    [t("Not allowed"), refused],
    [t("Failed or recalled"), failed + recalled],
  ];
  const reasons = listCounts(record.left_out as Readonly<Record<string, number>> | null);
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <FigureTiles
        label={t("Figures")}
        tiles={tiles.map(([label, value]) => ({ label, value: formatTracked(value, locale, t) }))}
      />
      {reasons.length === 0 ? null : (
        <section aria-label={t("Left out")} className="flex w-full max-w-form min-w-0 flex-col gap-2">
          <h2 className="text-section font-semibold">{t("Left out")}</h2>
          <ul className="flex flex-col gap-1 text-control">
            {reasons.map(({ reason, count }) => (
              <li key={reason} className="flex gap-3 tabular-nums">
                <span className="min-w-0 flex-1">{nameReason(reason, t)}</span>
                <span>{formatCount(count, locale)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
