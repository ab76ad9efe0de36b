import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { fieldNamesQuery } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { NotFound } from "../../../frame/shell/not-found.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { OrderRows } from "../../../ui/kit/order-rows.tsx";
import { SearchInput } from "../../../ui/kit/search-input.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { areCounted, useMasterKinds, useMasterValues, useUseCounts } from "./master-data.ts";
import { MasterDrawer } from "./master-drawer.tsx";
import { useMasterText } from "./master-names.ts";
import { hasOwnFields, hasRowDetails, MasterRow, MasterRowHead } from "./master-row.tsx";
import {
  findOwnCode,
  hueOf,
  listByTree,
  listUses,
  MAX_ORDERED,
  type MasterKind,
  type MasterValue,
  moveBy,
} from "./master-rules.ts";
import { RetireDialog } from "./retire-dialog.tsx";
import { useMasterChanges } from "./use-master-changes.ts";

/** The values of the kind of master data in the address: `/crm/settings/masters/lead_sources`. */
export function MasterPage() {
  const { kind } = useParams({ strict: false }) as { kind?: string };
  return <MasterView name={(kind ?? "").replaceAll("-", "_")} />;
}

/** The roles of contacts. */
export const ContactRolePage = () => <MasterView name="contact_roles" />;

/** The sources of leads. */
export const LeadSourcePage = () => <MasterView name="lead_sources" />;

function MasterView({ name }: { readonly name: string }) {
  const t = useText();
  const kinds = useMasterKinds();
  const kind = kinds.data?.find((candidate) => candidate.kind === name);
  if (kinds.data && !kind) return <NotFound />;
  if (kind) return <KindValues key={name} kind={kind} />;
  return (
    <PageFrame title={t("Lists of choices")} width="settings" isLoading={kinds.isPending}>
      {kinds.error ? <LoadError query={kinds} text={t("The list could not be loaded")} /> : <Skeleton shape="block" />}
    </PageFrame>
  );
}

/** Names a new value by its kind, or by the field of the records that have it: "New stage". */
function useCreateLabel({ kind }: MasterKind): string {
  const t = useText();
  const scope = useScope();
  const [use] = listUses(kind);
  const { data: fields = [] } = useQuery(fieldNamesQuery(scope, use?.[0]));
  if (kind === "lead_sources") return t("New lead source");
  if (kind === "contact_roles") return t("New contact role");
  const field = fields.find(({ name }) => name === use?.[1]);
  return field ? t("New {kind}", { kind: toNoun(field.label) }) : t("New value");
}

function KindValues({ kind }: { readonly kind: MasterKind }) {
  const t = useText();
  const isPhone = useIsPhone();
  const { permissions } = useSession();
  const { describeKind } = useMasterText();
  const [search, setSearch] = useState("");
  const [edited, setEdited] = useState<MasterValue | null>();
  const [retired, setRetired] = useState<MasterValue>();
  const masters = useMasterValues(kind, search);
  const { list, values, total, isWhole } = masters;
  const changes = useMasterChanges(kind, masters);
  const counts = useUseCounts(kind, values);
  const hasCounts = areCounted(kind, values);
  const hasCodes = values.some((value) => findOwnCode(value) !== undefined);
  const hasDetails = values.some((value) => hasRowDetails(kind, value));
  const canManage = permissions.includes("master:manage");
  const canCreate = canManage && !kind.is_closed;
  const canEdit = canManage && !kind.is_fixed;
  const canOrder = canManage && search === "" && isWhole && values.length > 1 && total <= MAX_ORDERED;
  const rows = search === "" ? listByTree(values) : values.map((value) => ({ value, level: 0 }));
  const ids = rows.map(({ value }) => value.id);
  const name = kind.label;
  const createLabel = useCreateLabel(kind);
  const hasColors = values.some(({ color }) => hueOf(color) !== undefined);
  return (
    <PageFrame
      title={name}
      description={describeKind(kind)}
      width={hasOwnFields(kind) ? "settings" : "form"}
      isLoading={list.isPending}
      actions={
        canCreate ? (
          <Button variant="primary" icon={<Plus />} onPress={() => setEdited(null)}>
            {createLabel}
          </Button>
        ) : undefined
      }
      bar={
        <div className="flex flex-wrap items-center gap-4">
          <SearchInput label={t("Search values")} value={search} onSearch={setSearch} />
          <span className="text-control tabular-nums text-text-muted">
            {list.isSuccess ? t("{count, plural, one {# value} other {# values}}", { count: total }) : null}
          </span>
        </div>
      }
    >
      {list.error ? <LoadError query={list} text={t("The list could not be loaded")} /> : null}
      {list.isPending ? <Skeleton shape="block" /> : null}
      {list.isSuccess && values.length === 0 ? (
        <EmptyState
          kind={search === "" ? "empty" : "nothing-found"}
          title={search === "" ? t("There are no values yet") : t("No value matches “{text}”", { text: search })}
          action={
            search === "" ? (
              canCreate ? (
                <Button onPress={() => setEdited(null)}>{createLabel}</Button>
              ) : undefined
            ) : (
              <Button onPress={() => setSearch("")}>{t("Clear")}</Button>
            )
          }
        >
          {search === "" ? t("Users choose from these values in forms and filters.") : null}
        </EmptyState>
      ) : null}
      {values.length === 0 ? null : (
        // The names are those of the tenant, which may equal messages.
        <div data-verbatim className="rounded-card border border-border bg-surface">
          {isPhone ? null : (
            <MasterRowHead isOrdered={canOrder} hasCodes={hasCodes} hasCounts={hasCounts} hasDetails={hasDetails} />
          )}
          <OrderRows
            label={name}
            rows={rows.map(({ value, level }) => ({ id: value.id, value, level }))}
            nameRow={({ value }) => value.name}
            onOpen={canEdit ? ({ value }) => setEdited(value) : undefined}
            onOrder={canOrder ? (next) => void changes.order(next) : undefined}
            onMove={canOrder ? (id, places) => void changes.order(moveBy(ids, id, places)) : undefined}
            render={({ value, level }) => (
              <MasterRow
                kind={kind}
                value={value}
                level={level}
                counts={counts.get(value.id)}
                hasCodes={hasCodes}
                hasCounts={hasCounts}
                hasDetails={hasDetails}
                hasColors={hasColors}
                actions={{
                  onEdit: canEdit ? () => setEdited(value) : undefined,
                  onRetire: canEdit && !kind.is_closed && value.is_active ? () => setRetired(value) : undefined,
                  onActivate: canEdit && !value.is_active ? () => void changes.activate(value) : undefined,
                  onDelete: canEdit && !kind.is_closed ? () => void changes.remove(value) : undefined,
                  onMove: canOrder ? (places: number) => void changes.order(moveBy(ids, value.id, places)) : undefined,
                }}
              />
            )}
          />
        </div>
      )}
      {list.hasNextPage ? (
        <span>
          <Button isSmall isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {t("Show more")}
          </Button>
        </span>
      ) : null}
      {edited === undefined ? null : (
        <MasterDrawer
          kind={kind}
          createLabel={createLabel}
          value={edited ?? undefined}
          values={values}
          onSaved={masters.put}
          onDone={masters.refresh}
          onClose={() => setEdited(undefined)}
        />
      )}
      {retired ? (
        <RetireDialog
          kind={kind}
          value={retired}
          values={values}
          uses={counts.get(retired.id)}
          onRetired={(version) => masters.put({ ...retired, is_active: false, version })}
          onClose={() => setRetired(undefined)}
        />
      ) : null}
    </PageFrame>
  );
}
