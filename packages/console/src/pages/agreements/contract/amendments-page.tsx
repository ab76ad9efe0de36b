import { amendmentStatuses } from "@crm/core/agreements/amendment/status.rules.ts";
import { useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useKind } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { FiltersButton } from "../../../ui/kit/filters-button.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { amendmentFormPath } from "../amendment/amendment-data.ts";
import { AmendmentList } from "../amendment/amendment-list.tsx";
import { amendmentTypes } from "../amendment/amendment-rules.ts";
import { nameAmendmentStatus, nameAmendmentType } from "../amendment/amendment-text.ts";
import { listContractPages } from "../contract-template/contract-pages.ts";

const ALL = "all";

/** The amendments of all contracts. The address holds the filters and the open amendment. */
export function AmendmentsPage() {
  const t = useText();
  const navigate = useNavigate();
  const { data: kind } = useKind("contract");
  const { status, type } = useSearch({ strict: false }) as { readonly status?: string; readonly type?: string };
  const set = (name: "status" | "type", value: string): void =>
    void navigate({
      to: ".",
      search: ({ [name]: _before, ...search }: Readonly<Record<string, string>>) =>
        value === ALL ? search : { ...search, [name]: value },
      replace: true,
    });
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const areFiltersShown = !isPhone || isOpen;
  const filter = { ...(status ? { status } : {}), ...(type ? { amendment_type: type } : {}) };
  const canCreate = kind?.actions.some(({ name }) => name === "createContractAmendment");
  return (
    <PageFrame
      title={t("Amendments")}
      isLoading={!kind}
      pages={listContractPages("amendments", t)}
      actions={
        canCreate ? (
          <Button variant="primary" icon={<Plus />} onPress={() => void navigate({ to: amendmentFormPath() })}>
            {t("New amendment")}
          </Button>
        ) : undefined
      }
      bar={
        <div className="flex flex-wrap items-end gap-3">
          {isPhone ? (
            <FiltersButton count={Object.keys(filter).length} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
          ) : null}
          {areFiltersShown ? (
            <>
              <div className="w-full min-w-field-short tablet:w-fit">
                <Select
                  label={t("Status")}
                  options={[
                    { id: ALL, label: t("All") },
                    ...amendmentStatuses.map((id) => ({ id, label: nameAmendmentStatus(id, t) })),
                  ]}
                  value={status ?? ALL}
                  onChange={(value) => set("status", String(value))}
                />
              </div>
              <div className="w-full min-w-field-short tablet:w-fit">
                <Select
                  label={t("Type")}
                  options={[
                    { id: ALL, label: t("All") },
                    ...amendmentTypes.map((id) => ({ id, label: nameAmendmentType(id, t) })),
                  ]}
                  value={type ?? ALL}
                  onChange={(value) => set("type", String(value))}
                />
              </div>
            </>
          ) : null}
        </div>
      }
    >
      {kind ? <AmendmentList kind={kind} filter={filter} /> : <Skeleton shape="block" />}
    </PageFrame>
  );
}
