import type { Translate } from "../../ui/i18n/use-text.ts";

/** All shortcuts of the console, by the name of what they do. A page registers what it does for a name (`useShortcut`). */
export const shortcutKeys = {
  search: "mod+k",
  help: "?",
  create: "c",
  filter: "/",
  back: "escape",
  "go-home": "g h",
  "go-leads": "g l",
  "go-customers": "g c",
  "go-opportunities": "g o",
  "go-tickets": "g t",
  "go-notifications": "g n",
  "next-row": "j",
  "previous-row": "k",
  "select-row": "x",
  "row-menu": "m",
  "open-row": "enter",
  edit: "e",
  reply: "r",
  "merge-ticket": "t m",
  "split-ticket": "t s",
  "snooze-ticket": "t z",
} as const;

export type ShortcutName = keyof typeof shortcutKeys;

interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly (readonly [name: ShortcutName, label: string])[];
}

/** The shortcuts with their labels, for the help. `labelKinds` names the records of a kind. */
export const listShortcutGroups = (t: Translate, labelKinds: (kind: string) => string): readonly ShortcutGroup[] => [
  {
    title: t("Everywhere"),
    shortcuts: [
      ["search", t("Search or run a command")],
      ["create", t("Create a record")],
      ["filter", t("Search in this list")],
      ["back", t("Close, or go back")],
      ["help", t("Show the shortcuts")],
    ],
  },
  {
    title: t("Go to"),
    shortcuts: [
      ["go-home", t("Home")],
      ["go-leads", labelKinds("lead")],
      ["go-customers", labelKinds("customer")],
      ["go-opportunities", labelKinds("opportunity")],
      ["go-tickets", labelKinds("ticket")],
      ["go-notifications", t("Notifications")],
    ],
  },
  {
    title: t("Lists and records"),
    shortcuts: [
      ["next-row", t("Next row")],
      ["previous-row", t("Previous row")],
      ["open-row", t("Open the row")],
      ["select-row", t("Select the row")],
      ["row-menu", t("Open the menu of the row")],
      ["edit", t("Edit the row or the record")],
    ],
  },
  {
    title: labelKinds("ticket"),
    shortcuts: [
      ["reply", t("Write an answer")],
      ["merge-ticket", t("Merge with another ticket…")],
      ["split-ticket", t("Split off messages")],
      ["snooze-ticket", t("Snooze")],
    ],
  },
];

/** The kind to whose list a shortcut leads. */
export const destinationKinds: Readonly<Partial<Record<ShortcutName, string>>> = {
  "go-leads": "lead",
  "go-customers": "customer",
  "go-opportunities": "opportunity",
  "go-tickets": "ticket",
};
