import type { Schemas } from "@crm/sdk/index.ts";
import { ArrowLeft, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { CreateDrawer } from "../../../input/form/create-drawer.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { SettingsFrame } from "../../platform/settings/settings-frame.tsx";
import { useAddress } from "../../platform/settings/use-address.ts";
import { useSettingList } from "../../platform/settings/use-setting-list.ts";
import { EndpointDetail } from "./endpoint-detail.tsx";
import { ENDPOINT, ENDPOINTS_PATH, EndpointForm } from "./endpoint-form.tsx";
import { INBOUND, INBOUND_PATH, InboundDetail } from "./inbound-detail.tsx";
import { describeEndpoint, nameEvent, providerNames } from "./webhook-rules.ts";

/** Webhooks to other systems and from providers. The address holds the one that is open. */
export function WebhooksPage() {
  const t = useText();
  const { permissions } = useSession();
  const { parameters, change } = useAddress();
  const [secret, setSecret] = useState<string>();
  const { endpoint, inbound } = parameters;
  const close = (): void => {
    setSecret(undefined);
    change({ endpoint: "", inbound: "" });
  };
  const isOpen = endpoint !== undefined || inbound !== undefined;
  const [seesEndpoints, seesInbound] = ["webhook_endpoint:read", "inbound_webhook:read"].map((name) =>
    permissions.includes(name),
  );
  const endpoints = useSettingList<Schemas.WebhookEndpointRow>(ENDPOINT.kind, ENDPOINTS_PATH, {}, seesEndpoints && !isOpen);
  const webhooks = useSettingList<Schemas.InboundWebhookRow>(INBOUND.kind, INBOUND_PATH, {}, seesInbound && !isOpen);
  // Both lists appear together, so that the second one does not move.
  const isLoading = endpoints.list.isLoading || webhooks.list.isLoading;
  return (
    <SettingsFrame
      title={t("Webhooks")}
      description={t("Tell other systems what happens here, and hear what happens there.")}
      isLoading={isLoading}
      actions={
        isOpen ? (
          <Button icon={<ArrowLeft className="mirror" />} onPress={close}>
            {t("All webhooks")}
          </Button>
        ) : undefined
      }
    >
      {endpoint === undefined ? null : <EndpointDetail key={endpoint} id={endpoint} secret={secret} onClose={close} />}
      {inbound === undefined ? null : <InboundDetail key={inbound} id={inbound} onClose={close} />}
      {isLoading ? <Skeleton shape="block" /> : null}
      {isOpen || isLoading ? null : (
        <div className="flex min-w-0 flex-col gap-6">
          {seesEndpoints ? (
            <EndpointList
              {...endpoints}
              onCreate={(created) => {
                setSecret(created.secret);
                change({ endpoint: created.id });
              }}
            />
          ) : null}
          {seesInbound ? <InboundList {...webhooks} /> : null}
        </div>
      )}
    </SettingsFrame>
  );
}

type LoadedList<R> = ReturnType<typeof useSettingList<R>>;

interface GroupProps {
  readonly title: string;
  readonly description: string;
  readonly action: ReactNode;
  readonly children: ReactNode;
}

function Group({ title, description, action, children }: GroupProps) {
  return (
    <section className="flex min-w-0 flex-col gap-3">
      <header className="flex flex-wrap items-center gap-3">
        <span className="flex w-full min-w-field-short flex-col tablet:w-auto tablet:flex-1">
          <h2 className="text-section font-semibold">{title}</h2>
          <p className="text-control text-text-muted">{description}</p>
        </span>
        {action}
      </header>
      {children}
    </section>
  );
}

interface EndpointListProps extends LoadedList<Schemas.WebhookEndpointRow> {
  readonly onCreate: (created: Schemas.WebhookEndpointWithSecret) => void;
}

function EndpointList({ list, rows, onCreate }: EndpointListProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const [isCreating, setCreating] = useState(false);
  const name = ({ id, name: label, url }: Schemas.WebhookEndpointRow) => (
    <span className="flex min-w-0 flex-col">
      <Link variant="title" href={`/crm/settings/webhooks?endpoint=${id}`}>
        {label ?? url}
      </Link>
      {label === null ? null : <bdi className="text-meta wrap-anywhere text-text-muted">{url}</bdi>}
    </span>
  );
  const status = ({ status: value, failing_since }: Schemas.WebhookEndpointRow) => {
    const { label, hue } = describeEndpoint(value, failing_since !== null, t);
    return <Tag label={label} hue={hue} hasDot />;
  };
  const events = (row: Schemas.WebhookEndpointRow): string => row.events.map((event) => nameEvent(event, kinds, t)).join(", ");
  const columns: TableColumn<Schemas.WebhookEndpointRow>[] = [
    { id: "name", label: t("Receiver"), render: name },
    { id: "events", label: t("Events"), render: events },
    { id: "status", label: t("Status"), render: status },
  ];
  const create = (
    <Button variant="primary" icon={<Plus />} onPress={() => setCreating(true)}>
      {t("New endpoint")}
    </Button>
  );
  return (
    <Group
      title={t("To other systems")}
      description={t("Events are sent to an address, signed with its secret.")}
      action={rows.length > 0 ? create : null}
    >
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          <EmptyState kind="empty" title={t("No endpoints yet")} action={create}>
            {t("Your other systems then know at once when a record is created or changed.")}
          </EmptyState>
        }
      />
      <RowList
        label={t("To other systems")}
        columns={columns}
        rows={rows}
        pages={list}
        renderCard={(row) => (
          <>
            {name(row)}
            <span className="flex flex-wrap items-center gap-2 text-text-muted">
              {status(row)}
              {events(row)}
            </span>
          </>
        )}
      />
      {isCreating ? <EndpointForm onCreate={onCreate} onClose={() => setCreating(false)} /> : null}
    </Group>
  );
}

function InboundList({ list, rows }: LoadedList<Schemas.InboundWebhookRow>) {
  const t = useText();
  const { change } = useAddress();
  const [isCreating, setCreating] = useState(false);
  const name = ({ id, name: label, provider }: Schemas.InboundWebhookRow) => (
    <Link variant="title" href={`/crm/settings/webhooks?inbound=${id}`}>
      {label ?? providerNames[provider] ?? provider}
    </Link>
  );
  const address = ({ public_url, url }: Schemas.InboundWebhookRow) => (
    <bdi data-verbatim className="wrap-anywhere">
      {public_url ?? url}
    </bdi>
  );
  const columns: TableColumn<Schemas.InboundWebhookRow>[] = [
    { id: "name", label: t("Name"), render: name },
    { id: "provider", label: t("Provider"), render: ({ provider }) => providerNames[provider] ?? provider },
    { id: "address", label: t("Address that the provider calls"), render: address },
  ];
  const create = (
    <Button icon={<Plus />} onPress={() => setCreating(true)}>
      {t("New inbound webhook")}
    </Button>
  );
  return (
    <Group
      title={t("From other systems")}
      description={t("Providers call an address about new messages, signed contracts and payments.")}
      action={rows.length > 0 ? create : null}
    >
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          <EmptyState kind="empty" title={t("No inbound webhooks yet")} action={create}>
            {t("Providers of text messages, mail, signatures and payments report by them.")}
          </EmptyState>
        }
      />
      <RowList
        label={t("From other systems")}
        columns={columns}
        rows={rows}
        pages={list}
        renderCard={(row) => (
          <>
            {name(row)}
            <span className="text-text-muted">{providerNames[row.provider] ?? row.provider}</span>
            <span className="text-meta text-text-muted">{address(row)}</span>
          </>
        )}
      />
      {isCreating ? (
        <CreateDrawer
          kindName={INBOUND.kind}
          onCreated={({ id }) => {
            setCreating(false);
            change({ inbound: id });
          }}
          onClose={() => setCreating(false)}
        />
      ) : null}
    </Group>
  );
}
