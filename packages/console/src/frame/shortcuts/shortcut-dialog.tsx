import type { KindSummary } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Dialog } from "../../ui/kit/dialog.tsx";
import { Kbd } from "../../ui/kit/kbd.tsx";
import { Switch } from "../../ui/kit/switch.tsx";
import { listShortcutGroups } from "./shortcut-list.ts";
import { showKeys } from "./use-shortcut.ts";

interface ShortcutDialogProps {
  readonly kinds: readonly KindSummary[];
  readonly onClose: () => void;
  readonly hasSingleKeys: boolean;
  readonly onSingleKeysChange: (isOn: boolean) => void;
}

/** All shortcuts by group, and the switch for those of a single key. */
export function ShortcutDialog({ kinds, onClose, hasSingleKeys, onSingleKeysChange }: ShortcutDialogProps) {
  const t = useText();
  const labelKinds = (name: string): string => kinds.find(({ kind }) => kind === name)?.labels ?? "";
  const isUsable = ([, label]: readonly [string, string]): boolean => label !== "";
  return (
    <Dialog title={t("Keyboard shortcuts")} isOpen onOpenChange={onClose}>
      <div className="flex flex-col gap-6">
        {listShortcutGroups(t, labelKinds).map(({ title, shortcuts }) => (
          <section key={title} aria-label={title} className="flex flex-col gap-1">
            <h3 className="text-meta font-medium text-text-muted">{title}</h3>
            <dl className="flex flex-col">
              {shortcuts.filter(isUsable).map(([name, label]) => (
                <div key={name} className="flex min-h-control-small items-center justify-between gap-4">
                  <dt className="min-w-0 text-control">{label}</dt>
                  <dd className="shrink-0">
                    <Kbd keys={showKeys(name)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <Switch isSelected={hasSingleKeys} onChange={onSingleKeysChange}>
          {t("Use shortcuts of a single key")}
        </Switch>
      </div>
    </Dialog>
  );
}
