import { Download, Link2, MoreHorizontal, Upload } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ListQuery } from "../../api/kind.ts";
import type { Kind } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { exportRecords } from "../bulk/export-records.ts";
import { buildSelectionQuery } from "../rows/bulk-rules.ts";

interface ListToolsProps {
  readonly kind: Kind;
  readonly query: ListQuery;
  readonly link: () => string;
}

/** What can be done with a list as a whole: import into it, export it, and share its address. */
function useListTools({ kind, query, link }: ListToolsProps) {
  const t = useText();
  const navigate = useNavigate();
  const [isExporting, setExporting] = useState(false);
  const exportList = async (): Promise<void> => {
    setExporting(true);
    await exportRecords(kind, { query: buildSelectionQuery(query), count: 0 }, t);
    setExporting(false);
  };
  /** The address is the view, so a copied link shows the same to everyone who may see it. */
  const copyLink = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(new URL(link(), location.href).href);
      showToast({ text: t("The link was copied") });
    } catch {
      // Browsers refuse the clipboard on pages without encryption.
      showToast({ text: t("The browser does not allow to copy. Copy the address of this page."), isError: true });
    }
  };
  const importFile = (): void => void navigate({ to: "/crm/imports/add", search: { kind: kind.kind } });
  const { operations } = kind;
  return {
    canImport: operations.includes("import"),
    canExport: operations.includes("export"),
    isExporting,
    importFile,
    exportList,
    copyLink,
  };
}

/** The tools as icons side by side. */
export function ListTools({ children, ...props }: ListToolsProps & { readonly children?: ReactNode }) {
  const t = useText();
  const { canImport, canExport, isExporting, importFile, exportList, copyLink } = useListTools(props);
  return (
    <>
      {canImport ? <IconButton isSmall label={t("Import a file")} icon={<Upload />} onPress={importFile} /> : null}
      {canExport ? (
        <IconButton
          isSmall
          label={t("Export this list")}
          icon={<Download />}
          isPending={isExporting}
          onPress={() => void exportList()}
        />
      ) : null}
      <IconButton isSmall label={t("Copy link")} icon={<Link2 />} onPress={() => void copyLink()} />
      {children}
    </>
  );
}

/** The tools in one menu, where there is no room for their icons. */
export function ListMenu(props: ListToolsProps) {
  const t = useText();
  const { canImport, canExport, importFile, exportList, copyLink } = useListTools(props);
  const run = (key: string): void => {
    if (key === "import") importFile();
    else void (key === "export" ? exportList() : copyLink());
  };
  return (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall label={t("More actions")} icon={<MoreHorizontal />} />}
      onAction={(key) => run(String(key))}
    >
      {canImport ? <MenuItem id="import" label={t("Import a file")} icon={<Upload />} /> : null}
      {canExport ? <MenuItem id="export" label={t("Export this list")} icon={<Download />} /> : null}
      <MenuItem id="copy-link" label={t("Copy link")} icon={<Link2 />} />
    </Menu>
  );
}
