import { useQuery } from "@tanstack/react-query";
import { read } from "../data/client.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { formatTitle, type KindSummary, recordPath, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatDate } from "../fields/value-text.ts";
import { useText } from "../i18n/use-text.ts";
import { Link } from "../kit/link.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { Tag } from "../kit/tag.tsx";
import { FactCard } from "./fact-card.tsx";

/** The kind, if the user may read its records. */
export function useReadableKind(name: string): KindSummary | undefined {
  const { data: kinds = [] } = useKindIndex();
  return kinds.find(({ kind, operations }) => kind === name && operations.includes("read"));
}

/** A record beside a thread. Without an id, or without the right to read it, nothing is read. */
function useSideRecord(kind: KindSummary | undefined, id: unknown) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "record", kind?.kind, id, "side"],
    queryFn: async () => (await read<ConsoleRecord>(`${kind?.path}/${id}`, { expand: "labels" })).data,
    enabled: kind !== undefined && typeof id === "string",
  });
}

const readTexts = (...values: readonly unknown[]): string[] =>
  [...new Set(values.flat())].filter((value): value is string => typeof value === "string" && value !== "");

/** As many lines as a card mostly has. */
const PENDING_LINES = ["name", "email", "phone"];

interface SideCardProps {
  readonly id: unknown;
  readonly title: string;
  /** The kind of the record. */
  readonly kindName: "customer" | "contact" | "person";
}

/** Who a person or a customer is, and how to reach them. */
export function PartyCard({ id, title, kindName }: SideCardProps) {
  const t = useText();
  const kind = useReadableKind(kindName);
  const { data, isPending } = useSideRecord(kind, id);
  if (typeof id !== "string" || !kind) return null;
  if (isPending)
    return (
      <FactCard title={title}>
        {PENDING_LINES.map((line) => (
          <span key={line} className="flex min-h-target items-center">
            <Skeleton width="medium" />
          </span>
        ))}
      </FactCard>
    );
  if (!data) return null;
  const emails = readTexts(data.email, data.emails).slice(0, 2);
  const phones = readTexts(data.phone, data.mobile_phone, data.phones).slice(0, 2);
  const role = readTexts(data.job_title)[0];
  return (
    <FactCard title={title} action={data.vip_status === true ? <Tag hue="purple" label={t("VIP")} /> : undefined}>
      <span className="min-w-0 truncate">
        <Link variant="title" href={recordPath(kind, data.id)}>
          {formatTitle(kind, data)}
        </Link>
      </span>
      {role === undefined ? null : <span className="truncate text-text-muted">{role}</span>}
      {emails.map((email) => (
        <Link key={email} variant="value" href={`mailto:${email}`}>
          {email}
        </Link>
      ))}
      {phones.map((phone) => (
        <Link key={phone} variant="value" href={`tel:${phone}`}>
          <bdi>{phone}</bdi>
        </Link>
      ))}
    </FactCard>
  );
}

/** The contract that a ticket is about. */
export function ContractCard({ id }: { readonly id: unknown }) {
  const t = useText();
  const { locale } = useTextOptions();
  const kind = useReadableKind("contract");
  const { data } = useSideRecord(kind, id);
  if (!kind || !data) return null;
  const end = typeof data.end_date === "string" ? data.end_date : undefined;
  return (
    <FactCard title={t("Contract")}>
      <span className="min-w-0 truncate">
        <Link variant="title" href={recordPath(kind, data.id)}>
          {formatTitle(kind, data)}
        </Link>
      </span>
      {end === undefined ? null : <span className="text-text-muted">{t("Until {date}", { date: formatDate(end, locale) })}</span>}
    </FactCard>
  );
}
