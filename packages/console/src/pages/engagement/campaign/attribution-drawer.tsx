import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { recordPath } from "../../../api/schema.ts";
import { EMPTY, formatDate, formatMoney, type Label } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useReferencedKinds, useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import {
  type Conversion,
  type ConversionDetail,
  type ConversionQuery,
  type Model,
  models,
  nameModel,
  useConversion,
  useConversions,
} from "./attribution-data.ts";

interface ConversionDrawerProps {
  readonly title: string;
  readonly query: ConversionQuery;
  readonly model: Model;
  readonly onClose: () => void;
}

/** The sales behind a row of the report. A sale opens its touches with their shares. */
export function ConversionDrawer({ title, query, model, onClose }: ConversionDrawerProps) {
  const t = useText();
  const [sale, setSale] = useState<string>();
  return (
    <Drawer title={title} isOpen onOpenChange={onClose}>
      {sale === undefined ? (
        <ConversionList query={query} onOpen={setSale} />
      ) : (
        <div className="flex min-w-0 flex-col gap-4">
          <span>
            <Button icon={<ArrowLeft className="rtl:rotate-180" />} onPress={() => setSale(undefined)}>
              {t("All sales")}
            </Button>
          </span>
          <ConversionView id={sale} model={model} />
        </div>
      )}
    </Drawer>
  );
}

/** The customer of a sale, or else what the sale is. */
function useSaleName(): (sale: Conversion | ConversionDetail) => string {
  const t = useText();
  return ({ expanded, conversion_kind }) => {
    const customer = [expanded?.customer_id].flat()[0] as Label | null | undefined;
    return customer?.name ?? (conversion_kind === "order" ? t("Order") : t("Opportunity"));
  };
}

function ConversionList({ query, onOpen }: { readonly query: ConversionQuery; readonly onOpen: (id: string) => void }) {
  const t = useText();
  const { locale } = useTextOptions();
  const sales = useConversions(query);
  const nameSale = useSaleName();
  if (sales.isPending) return <Skeleton shape="block" />;
  if (sales.error) return <LoadError query={sales} text={t("The sales could not be loaded")} />;
  const { rows, total } = sales.data;
  if (rows.length === 0)
    return (
      <EmptyState kind="nothing-found" title={t("No sale that you can see")}>
        {t("You see sales whose owner's records you can see.")}
      </EmptyState>
    );
  const columns: TableColumn<Conversion>[] = [
    {
      id: "sale",
      label: t("Sale"),
      render: (sale) => (
        <Link variant="title" onPress={() => onOpen(sale.id)}>
          {nameSale(sale)}
        </Link>
      ),
    },
    { id: "day", label: t("Day"), render: ({ converted_day }) => formatDate(converted_day, locale) },
    { id: "value", label: t("Value"), isNumeric: true, render: ({ value, currency }) => formatMoney(value, currency, locale) },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Table label={t("Attributed sales")} columns={columns} rows={rows} getRowId={({ id }) => id} />
      {total > rows.length ? (
        <p className="text-meta text-text-muted">{t("The latest {count} sales are listed.", { count: rows.length })}</p>
      ) : null}
    </div>
  );
}

const formatInstant = (at: string, { locale, timeZone }: { readonly locale: string; readonly timeZone: string }): string =>
  dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(at));

type Touch = ConversionDetail["touches"][number];

function ConversionView({ id, model }: { readonly id: string; readonly model: Model }) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const kinds = useReferencedKinds();
  const nameSale = useSaleName();
  const conversion = useConversion(id);
  const [shown, setShown] = useState(model);
  if (conversion.isPending) return <Skeleton shape="block" />;
  if (conversion.error)
    return <Banner kind="danger" title={readErrors(conversion.error, t).form ?? t("The sale could not be loaded")} />;
  const { data: sale } = conversion;
  const { record_id, conversion_kind, converted_day, value, currency, touches } = sale;
  const kind = kinds.find((entry) => entry.kind === conversion_kind);
  const title = nameSale(sale);
  const columns: TableColumn<Touch>[] = [
    {
      id: "touch",
      label: t("Touch"),
      render: ({ campaign_id, campaign_name, channel_id, channel_name, source, at }) => (
        <span className="flex min-w-0 flex-col">
          <span>
            {campaign_name ?? (campaign_id ? t("A campaign that you do not see") : (channel_name ?? channel_id ?? EMPTY))}
          </span>
          <span className="text-meta text-text-muted">
            {[formatInstant(at, { locale, timeZone }), campaign_id ? (channel_name ?? channel_id) : null, source]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </span>
      ),
    },
    {
      id: "share",
      label: t("Share"),
      isNumeric: true,
      render: ({ shares }) => formatMoney(shares[shown] ?? "0", currency, locale),
    },
  ];
  return (
    <section className="flex min-w-0 flex-col gap-4">
      <div className="flex min-w-0 flex-col">
        {kind ? (
          <Link variant="title" href={recordPath(kind, record_id)}>
            {title}
          </Link>
        ) : (
          <span className="font-medium">{title}</span>
        )}
        <span className="text-control text-text-muted">
          {t("{value} on {day}", { value: formatMoney(value, currency, locale), day: formatDate(converted_day, locale) })}
        </span>
      </div>
      {touches.length === 0 ? (
        <EmptyState kind="empty" title={t("No touch before this sale")}>
          {t("Touches are visits, calls and responses of the customer that name a campaign or channel.")}
        </EmptyState>
      ) : (
        <>
          <Select
            label={t("Model")}
            options={models.map((name) => ({ id: name, label: nameModel(name, t) }))}
            value={shown}
            onChange={(name) => setShown(name as Model)}
          />
          <Table label={t("Touches and shares")} columns={columns} rows={touches} getRowId={(touch) => touch.id} />
        </>
      )}
    </section>
  );
}
