import { useNavigate } from "@tanstack/react-router";
import { Plus, Search } from "lucide-react";
import { useCallback, useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Input } from "react-aria-components/Input";
import { ListBox } from "react-aria-components/ListBox";
import { SearchField } from "react-aria-components/SearchField";
import { crm } from "../data/client.ts";
import { formatTitle, type KindSummary, listPath, recordPath } from "../data/schema.ts";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { Dialog } from "../kit/dialog.tsx";
import { type Option, OptionItem, OptionNote, optionListClass } from "../kit/option.tsx";
import { useOptionSearch } from "../kit/use-option-search.ts";
import { KindIcon } from "./kind-icon.tsx";

interface CommandPaletteProps {
  readonly kinds: readonly KindSummary[];
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly onCreate: (kind: string) => void;
}

/** Finds pages, actions and records by their names. */
export function CommandPalette({ isOpen, onOpenChange, ...props }: CommandPaletteProps) {
  const t = useText();
  return (
    <Dialog title={t("Search")} isOpen={isOpen} onOpenChange={onOpenChange}>
      {(close) => <PaletteContent {...props} close={close} />}
    </Dialog>
  );
}

/** Kinds whose records people look for by name, mail address or phone number. */
const FOUND_KINDS = ["lead", "contact", "customer", "opportunity", "ticket"];
const MAX_OF_KIND = 4;

function PaletteContent({
  kinds,
  close,
  onCreate,
}: Pick<CommandPaletteProps, "kinds" | "onCreate"> & { readonly close: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const search = useCallback((typed: string, signal: AbortSignal) => findRecords(kinds, typed, signal), [kinds]);
  const found = useOptionSearch(search, text);
  const matches = (label: string): boolean => label.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase());
  const listed = kinds.filter(({ menu, operations }) => menu !== null && operations.includes("list"));
  const pages = listed
    .filter(({ labels }) => matches(labels))
    .map((kind): Option => ({ id: `page ${listPath(kind)}`, label: kind.labels, icon: <KindIcon name={kind.icon} /> }));
  const actions = listed
    .filter(({ operations }) => operations.includes("create"))
    .map(
      (kind): Option => ({
        id: `create ${kind.kind}`,
        label: t("New {kind}", { kind: toNoun(kind.label) }),
        icon: <Plus />,
      }),
    )
    .filter(({ label }) => text.trim() !== "" && matches(label));
  const entries = [...(text.trim() === "" ? [] : found.options), ...pages.slice(0, 8), ...actions.slice(0, 5)];
  const open = (id: string): void => {
    const [verb, target = ""] = [id.slice(0, id.indexOf(" ")), id.slice(id.indexOf(" ") + 1)];
    close();
    if (verb === "create") onCreate(target);
    else void navigate({ to: target as never });
  };
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <SearchField
        aria-label={t("Search")}
        autoFocus
        className="flex h-control items-center gap-2 border-b border-border text-text-muted"
      >
        <Search />
        <Input
          placeholder={t("Name, phone number, page or action")}
          className="h-full w-full min-w-0 bg-transparent text-input text-text outline-none [&::-webkit-search-cancel-button]:hidden"
        />
      </SearchField>
      <ListBox
        aria-label={t("Results")}
        items={entries}
        className={optionListClass}
        renderEmptyState={() => (
          <OptionNote>{found.isLoading ? t("Searching…") : t("Nothing matches. Try another word.")}</OptionNote>
        )}
        onAction={(key) => open(String(key))}
      >
        {(option) => <OptionItem option={option} />}
      </ListBox>
    </Autocomplete>
  );
}

async function findRecords(kinds: readonly KindSummary[], text: string, signal: AbortSignal): Promise<Option[]> {
  if (text === "") return [];
  const searched = FOUND_KINDS.flatMap((name) =>
    kinds.filter(({ kind, operations }) => kind === name && operations.includes("list")),
  );
  const results = await Promise.all(
    searched.map(async (kind) => {
      const query = { search: text, limit: MAX_OF_KIND };
      const records = await crm.request<Record<string, unknown>[]>("GET", kind.path, { query, signal }).then(
        (rows) => rows,
        () => [],
      );
      return records.map((record): Option => {
        const about = [kind.label, record.company, record.email, record.phone].filter(
          (part) => typeof part === "string" && part !== "",
        );
        return {
          id: `record ${recordPath(kind, String(record.id))}`,
          label: formatTitle(kind, record),
          description: about.join(" · "),
          icon: <KindIcon name={kind.icon} />,
        };
      });
    }),
  );
  return results.flat();
}
