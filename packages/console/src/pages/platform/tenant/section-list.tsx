import { Ellipsis, GripVertical, Plus } from "lucide-react";
import { useState } from "react";
import { Button as DragButton } from "react-aria-components/Button";
import { GridList, GridListItem } from "react-aria-components/GridList";
import { DropIndicator, useDragAndDrop } from "react-aria-components/useDragAndDrop";
import {
  addSection,
  HIDDEN,
  type LayoutEntry,
  moveFields,
  moveSection,
  moveToSection,
  removeSection,
  renameSection,
} from "../../../records/custom-field/layout-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem, MenuSection } from "../../../ui/kit/menu.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";

interface SectionListProps {
  readonly entries: readonly LayoutEntry[];
  readonly onChange: (entries: readonly LayoutEntry[]) => void;
  readonly nameField: (name: string) => string;
  readonly nameSection: (name: string, label: string | null) => string;
}

/** Groups of fields in their order. Fields are dragged, or moved by the keys of their handle or by their menu. */
export function SectionList({ entries, onChange, nameField, nameSection }: SectionListProps) {
  const t = useText();
  const [renamed, setRenamed] = useState<string>();
  const name = (entry: LayoutEntry): string =>
    entry.type === "field" ? nameField(entry.name) : nameSection(entry.name, entry.label);
  const sections = entries.flatMap((entry) => (entry.type === "section" ? [entry] : []));
  const { dragAndDropHooks } = useDragAndDrop({
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className="border-t-2 border-transparent data-drop-target:border-accent" />
    ),
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) =>
      onChange(moveFields(entries, [...keys].map(String), { id: String(target.key), isAfter: target.dropPosition === "after" })),
  });
  const sectionMenu = (section: (typeof sections)[number]) => (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall label={t("Actions for {name}", { name: name(section) })} icon={<Ellipsis />} />}
    >
      <MenuItem label={t("Rename")} onAction={() => setRenamed(section.name)} />
      <MenuItem label={t("Move up")} onAction={() => onChange(moveSection(entries, section.name, -1))} />
      <MenuItem label={t("Move down")} onAction={() => onChange(moveSection(entries, section.name, 1))} />
      <MenuDivider />
      <MenuItem isDanger label={t("Remove the group")} onAction={() => onChange(removeSection(entries, section.name))} />
    </Menu>
  );
  const fieldMenu = (entry: LayoutEntry) => (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall label={t("Actions for {name}", { name: name(entry) })} icon={<Ellipsis />} />}
      onAction={(key) => onChange(moveToSection(entries, entry.id, String(key)))}
    >
      <MenuSection title={t("Move to")}>
        {sections.map((section) => (
          <MenuItem key={section.name} id={section.name} label={name(section)} />
        ))}
      </MenuSection>
    </Menu>
  );
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <GridList
        aria-label={t("Groups and fields")}
        items={[...entries]}
        dependencies={[entries, renamed]}
        dragAndDropHooks={dragAndDropHooks}
        keyboardNavigationBehavior="tab"
        className="rounded-card border border-border bg-surface p-1 outline-none"
      >
        {(entry) => (
          <GridListItem
            id={entry.id}
            textValue={name(entry)}
            className={joinClasses(
              "flex min-h-row items-center gap-2 rounded-control px-2 text-control focus-ring data-dragging:opacity-50",
              entry.type === "section" && "font-semibold not-first:mt-2",
            )}
          >
            {entry.type === "section" && renamed === entry.name ? (
              <span className="min-w-0 flex-1 py-1">
                <TextField
                  label={t("Name of the group")}
                  isLabelHidden
                  value={entry.label ?? name(entry)}
                  onChange={(label) => onChange(renameSection(entries, entry.name, label))}
                  onBlur={() => setRenamed(undefined)}
                  maxLength={100}
                  autoFocus
                />
              </span>
            ) : (
              <>
                <DragButton
                  slot="drag"
                  aria-label={t("Move {label}", { label: name(entry) })}
                  className={joinClasses(
                    "flex size-target shrink-0 items-center justify-center rounded-small text-text-muted focus-ring",
                    entry.type === "section" && "invisible",
                  )}
                >
                  <GripVertical />
                </DragButton>
                <span dir="auto" className="min-w-0 flex-1 truncate" title={name(entry)}>
                  {name(entry)}
                </span>
                {entry.type === "field" ? fieldMenu(entry) : entry.name === HIDDEN ? null : sectionMenu(entry)}
              </>
            )}
          </GridListItem>
        )}
      </GridList>
      <span>
        <Button isSmall icon={<Plus />} onPress={() => onChange(addSection(entries, t("New group")))}>
          {t("Add a group")}
        </Button>
      </span>
    </div>
  );
}
